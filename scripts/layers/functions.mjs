/** Which function a token belongs to. */
const control = new Set(['if', 'for', 'while', 'switch', 'catch', 'with', 'return', 'await'])
const openers = { '(': ')', '[': ']', '{': '}' }
const endsType = new Set([';', '=', ',', ')', ']', '?'])
const typeWords = new Set(['is', 'extends', 'keyof', 'typeof', 'readonly', 'asserts', 'infer'])

/** For each opening bracket the index of its partner, and the reverse. */
function partners(code) {
  const partner = new Map()
  const open = []
  code.forEach((t, i) => {
    if (t.kind !== 'punct') return
    if (t.text in openers) open.push(i)
    else if (t.text === ')' || t.text === ']' || t.text === '}') {
      const start = open.pop()
      if (start === undefined) return
      partner.set(start, i)
      partner.set(i, start)
    }
  })
  return partner
}

/** Index of the `{` of a body after a return type that starts at `at`; null when there is none. */
function bodyAfterType(code, at, partner) {
  let operandDue = true
  for (let i = at; i < code.length; i++) {
    const t = code[i]
    if (t.text === '{' && !operandDue) return i
    if (t.text in openers && t.kind === 'punct') {
      i = partner.get(i) ?? code.length
      operandDue = false
    } else if (t.kind === 'punct' && endsType.has(t.text)) return null
    else if (t.kind === 'punct') operandDue = !['>', '>>', '>>>'].includes(t.text)
    else operandDue = t.kind === 'word' && typeWords.has(t.text)
  }
  return null
}

/** Index of the `{` of the function whose parameters end at `close`, or null. */
function bodyOf(code, close, partner) {
  const open = partner.get(close)
  const before = code[open - 1]
  const next = code[close + 1]
  if (next?.text === '=>') return code[close + 2]?.text === '{' ? close + 2 : null
  const named = before?.kind === 'word' && !control.has(before.text)
  if (!named && before?.text !== '>') return null
  if (next?.text === '{') return close + 1
  if (next?.text !== ':') return null
  return bodyAfterType(code, close + 2, partner)
}

/**
 * Bodies of the functions of a file: `{ start, end, line }`, token indices of the braces, outer
 * ones before inner ones. Arrow functions without braces belong to what surrounds them.
 */
export function functionsOf(code) {
  const partner = partners(code)
  const bodies = new Set()
  for (const [i, t] of code.entries()) {
    if (t.kind !== 'punct') continue
    if (t.text === '=>' && code[i + 1]?.text === '{') bodies.add(i + 1)
    else if (t.text === ')' && partner.has(i)) {
      const body = bodyOf(code, i, partner)
      if (body !== null) bodies.add(body)
    }
  }
  return [...bodies]
    .sort((a, b) => a - b)
    .map((start) => ({ start, end: partner.get(start) ?? code.length, line: code[start].line }))
}

/** The innermost function around a token index; null at the top level of the file. */
export function functionAround(functions, index) {
  let found = null
  for (const f of functions) if (f.start < index && index < f.end) found = f
  return found
}
