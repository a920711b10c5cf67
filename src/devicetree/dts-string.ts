/** String and character literals of a device tree source: escapes as in C, text as UTF-8. */
import { pushUtf8 } from './bytes.ts'

const NAMED: Record<string, number> = { a: 7, b: 8, t: 9, n: 10, v: 11, f: 12, r: 13 }

/**
 * Bytes of a literal, without the terminating NUL. `report` is told what is wrong with an escape.
 * Octal escapes have up to three digits, hexadecimal ones up to two; any other escaped character
 * stands for itself.
 */
export function stringBytes(literal: string, report: (message: string) => void): number[] {
  const bytes: number[] = []
  for (let i = 0; i < literal.length; ) {
    const code = literal.codePointAt(i)!
    i += code > 0xffff ? 2 : 1
    if (code !== 92 || i >= literal.length) {
      pushUtf8(bytes, code)
      continue
    }
    const letter = literal[i]!
    const digits = /[0-7]/.test(letter)
      ? /^[0-7]{1,3}/.exec(literal.slice(i, i + 3))![0]
      : letter === 'x'
        ? (/^[0-9a-fA-F]{1,2}/.exec(literal.slice(i + 1, i + 3))?.[0] ?? '')
        : null
    if (digits === null) {
      const plain = literal.codePointAt(i)!
      i += plain > 0xffff ? 2 : 1
      pushUtf8(bytes, NAMED[letter] ?? plain)
    } else if (letter === 'x') {
      if (digits === '') report('\\x without hexadecimal digits')
      bytes.push(Number.parseInt(digits === '' ? '0' : digits, 16))
      i += 1 + digits.length
    } else {
      bytes.push(Number.parseInt(digits, 8) & 0xff)
      i += digits.length
    }
  }
  return bytes
}

/** Value of what stands between two `'`: one character, 0 to 255. */
export function characterValue(literal: string, report: (message: string) => void): number {
  const bytes = stringBytes(literal, report)
  if (bytes.length !== 1) report(`a character literal of ${bytes.length} characters`)
  return bytes[0] ?? 0
}
