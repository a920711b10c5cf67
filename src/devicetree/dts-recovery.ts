/** How reading a device tree source goes on after a mistake. */
import type { DtsReader } from './dts-reader.ts'

// Bounded: an unbounded loop over alternatives overflows the stack on a hostile input.
const CHARACTER = /'(?:[^'\\\n]|\\.){1,8}'/y

/** Passes over the rest of a statement: to its `;`, or inside a node before the `}` around it. */
export function skipStatement(reader: DtsReader, topLevel: boolean): void {
  for (;;) {
    const next = reader.next()
    if (Number.isNaN(next) || (next === 125 && !topLevel)) return
    if (next === 123) {
      reader.advance()
      skipBraces(reader)
    } else if (!skipQuoted(reader, next)) {
      reader.advance()
      if (next === 59) return
    }
  }
}

/** Passes over everything up to the `}` that closes a `{` already read. */
export function skipBraces(reader: DtsReader): void {
  for (let open = 1; open > 0; ) {
    const next = reader.next()
    if (!skipQuoted(reader, next) && !reader.advance()) return
    if (next === 123) open++
    else if (next === 125) open--
  }
}

/** Passes over a literal: the braces and semicolons in it do not count. */
function skipQuoted(reader: DtsReader, next: number): boolean {
  if (next === 34) return reader.quoted('"') !== null
  return next === 39 && reader.match(CHARACTER) !== null
}
