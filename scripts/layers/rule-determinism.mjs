/** The core has no clock, no chance, no timers and no console: same input, same output. */
const banned = [
  { name: 'Date', after: ['.', '('], remedy: 'take a tick as an argument' },
  { name: 'performance', after: ['.'], remedy: 'take a tick as an argument' },
  { name: 'setTimeout', after: ['('], remedy: 'take a tick as an argument' },
  { name: 'setInterval', after: ['('], remedy: 'take a tick as an argument' },
  { name: 'queueMicrotask', after: ['('], remedy: 'call it in order' },
  { name: 'console', after: ['.'], remedy: 'return a diagnostic or write to the journal' },
  { name: 'process', after: ['.'], remedy: 'pass the value in as an argument' },
  { name: 'Buffer', after: ['.'], remedy: 'use Uint8Array' },
]
const random = { after: ['.'], remedy: 'take a seed as an argument' }
const byName = new Map(banned.map((row) => [row.name, row]))

function* findings(file) {
  for (const [i, t] of file.code.entries()) {
    if (t.kind !== 'word' || file.code[i - 1]?.text === '.') continue
    const isRandom = t.text === 'Math' && file.code[i + 2]?.text === 'random'
    const row = isRandom ? random : byName.get(t.text)
    if (row === undefined || !row.after.includes(file.code[i + 1]?.text)) continue
    if (!isRandom && isOwn(file, t.text)) continue
    yield { line: t.line, message: `the core uses ${isRandom ? 'Math.random' : t.text}`, row }
  }
}

/** A parameter, method or variable of this file may well be called `process`. */
function isOwn(file, name) {
  return file.code.some((t, i) => {
    if (t.text !== name) return false
    const [before, after] = [file.code[i - 1]?.text, file.code[i + 1]?.text]
    if (['const', 'let', 'function'].includes(before)) return true
    return after === ':' || (['(', ','].includes(before) && [',', ')'].includes(after))
  })
}

export function* checkDeterminism(files) {
  for (const file of files) {
    if (!file.path.startsWith('src/') || file.isTest || file.isDeclaration) continue
    if (file.path.startsWith('src/cli/')) continue
    for (const { line, message, row } of findings(file)) {
      yield { path: file.path, line, rule: 'determinism', message, remedy: row.remedy }
    }
  }
}
