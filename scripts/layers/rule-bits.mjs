/**
 * JavaScript's bit operators keep 32 bits and addresses have up to 53, so bit operators on an
 * address are for src/base/addr.ts and the page-table engine only. Heuristic: a name that this
 * file declares with type Addr, Phys or Iova stands next to a bit operator.
 */
import { allowed } from './sources.mjs'

const addressTypes = new Set(['Addr', 'Phys', 'Iova'])
const exempt = [/^src\/base\/addr\.ts$/, /^src\/base\/memory\.ts$/, /^src\/pagetable\//]
const bitOperators = new Set(
  ['&', '|', '^', '~', '<<', '>>', '>>>'].concat(['&=', '|=', '^=', '<<=', '>>=', '>>>=']),
)

/** Names of variables, parameters and fields declared as `name: Addr` (or `name?: Addr`). */
function addressNames(code) {
  const names = new Set()
  for (let i = 2; i < code.length; i++) {
    if (code[i].kind !== 'word' || !addressTypes.has(code[i].text)) continue
    if (code[i - 1].text !== ':') continue
    const at = code[i - 2].text === '?' ? i - 3 : i - 2
    if (code[at]?.kind === 'word') names.add(code[at].text)
  }
  return names
}

/** True for an operator in an expression; a `|` or `&` between types does not count. */
function isBitOperator(token) {
  return token !== undefined && token.kind === 'punct' && bitOperators.has(token.text)
}

export function* checkBits(files) {
  for (const file of files) {
    if (!file.path.startsWith('src/') || file.isTest) continue
    if (exempt.some((place) => place.test(file.path))) continue
    const names = addressNames(file.code)
    if (names.size === 0) continue
    for (const [i, t] of file.code.entries()) {
      if (t.kind !== 'word' || !names.has(t.text)) continue
      const after = file.code[i + 1]
      let first = i
      while (file.code[first - 1]?.text === '.') first -= 2
      const operator = [after, file.code[first - 1]].find(isBitOperator)
      if (operator === undefined || allowed(file, t.line, 'bits')) continue
      yield {
        path: file.path,
        line: t.line,
        rule: 'bits',
        message: `'${operator.text}' on the address '${t.text}' would lose its upper bits`,
        remedy: 'use lo32, hi32, alignDown, isAligned or arithmetic (src/base/addr.ts)',
      }
    }
  }
}
