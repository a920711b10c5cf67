/** Declarations of switches in src/policy, and the places elsewhere that read them. */
import { functionAround, functionsOf } from './functions.mjs'
import { literalText } from './sources.mjs'

/** Functions that take a switch's name to talk about it, not to act on its value. */
const talk = new Set(['why', 'cause', 'causeOf', 'switchCause', 'because'])

/** Declared switches: name -> `{ path, line, unread }`. */
export function declaredSwitches(files) {
  const declared = new Map()
  for (const file of files) {
    if (!file.path.startsWith('src/policy/') || file.isTest) continue
    const { code } = file
    for (let i = 2; i < code.length; i++) {
      if (code[i].text !== 'declareSwitch' || code[i - 1].text !== ':') continue
      const name = literalText(code[i - 2]) ?? code[i - 2].text
      declared.set(name, { path: file.path, line: code[i].line, unread: isUnread(code, i + 1) })
    }
  }
  return declared
}

/** Whether the object of the call whose `(` is at `at` has a property `unread`. */
function isUnread(code, at) {
  let depth = 0
  for (let i = at; i < code.length; i++) {
    if (code[i].text === '(' || code[i].text === '{') depth++
    else if (code[i].text === ')' || code[i].text === '}') {
      if (--depth === 0) return false
    } else if (depth === 2 && code[i].text === 'unread' && code[i + 1]?.text === ':') return true
  }
  return false
}

/** Parts of the dotted or bracketed chain that starts at `at`: `a.b['c']` gives a, b, c. */
function chainAt(code, at) {
  const parts = [code[at].text]
  let i = at + 1
  while (i < code.length) {
    const dot = code[i].text === '.' || code[i].text === '?.'
    if (dot && code[i + 1]?.kind === 'word') {
      parts.push(code[i + 1].text)
      i += 2
    } else if (code[i].text === '[' && literalText(code[i + 1]) !== null) {
      parts.push(literalText(code[i + 1]))
      i += 3
    } else break
  }
  return parts
}

/** The declared name that a token begins, or null. */
function switchAt(code, i, declared) {
  const t = code[i]
  const text = literalText(t)
  if (text !== null) {
    const spoken = code[i - 1]?.text === '(' && talk.has(code[i - 2]?.text)
    return declared.has(text) && !spoken ? text : null
  }
  if (t.kind !== 'word') return null
  const parts = chainAt(code, i)
  for (let n = parts.length; n >= 2; n--) {
    const name = parts.slice(0, n).join('.')
    if (declared.has(name)) return name
  }
  return null
}

/** Reading sites outside src/policy: `{ name, file, line, around }`, one a function and switch. */
export function readingSites(files, declared) {
  const sites = []
  for (const file of files) {
    if (!file.path.startsWith('src/') || file.path.startsWith('src/policy/') || file.isTest)
      continue
    const functions = functionsOf(file.code)
    const seen = new Set()
    for (let i = 0; i < file.code.length; i++) {
      const name = switchAt(file.code, i, declared)
      if (name === null) continue
      const around = functionAround(functions, i)
      // At the top level every mention is a row of its own.
      const key = around === null ? null : `${around.start} ${name}`
      if (key !== null && seen.has(key)) continue
      if (key !== null) seen.add(key)
      sites.push({ name, path: file.path, line: file.code[i].line, around })
    }
  }
  return sites
}
