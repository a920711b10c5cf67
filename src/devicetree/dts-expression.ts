/**
 * Integers in a device tree source: literals, character literals, and in parentheses the whole
 * set of C operators on unsigned 64-bit values, as dtc evaluates them. The only place of this
 * folder that computes with bigint.
 */
import type { Position } from '../base/diagnostic.ts'
import { characterValue } from './dts-string.ts'
import type { DtsReader } from './dts-reader.ts'

/** A value below 2^53 as a number where it was written as a plain literal, else a bigint. */
export type Integer = number | bigint

/** Parentheses, conditions and signs nested deeper than this are refused. */
export const MAX_EXPRESSION_DEPTH = 64

const MASK64 = 2n ** 64n - 1n
// As long as it can be, which the look-ahead makes final; a label or a number may be glued to it,
// which is why dtc knows suffixes in capitals only: `2l:` is a number and a label.
const LITERAL =
  /(?=((0[xX][0-9a-fA-F]+|[0-9]+)(?:ULL|UL|U|LL|L)?))\1(?:(?![A-Za-z_])|(?=[A-Za-z_]\w*:))/y
const OPERATOR = /\|\||&&|<<|>>|<=|>=|==|!=|[-+*/%<>&|^]/y
const SIGN = /[-~!]/y

const truth = (b: boolean): bigint => (b ? 1n : 0n)

/** Binary operators: how strongly each binds, and what it does. Null: no value. */
const operators: Record<
  string,
  [strength: number, apply: (a: bigint, b: bigint) => bigint | null]
> = {
  '||': [1, (a, b) => truth(a !== 0n || b !== 0n)],
  '&&': [2, (a, b) => truth(a !== 0n && b !== 0n)],
  '|': [3, (a, b) => a | b],
  '^': [4, (a, b) => a ^ b],
  '&': [5, (a, b) => a & b],
  '==': [6, (a, b) => truth(a === b)],
  '!=': [6, (a, b) => truth(a !== b)],
  '<': [7, (a, b) => truth(a < b)],
  '>': [7, (a, b) => truth(a > b)],
  '<=': [7, (a, b) => truth(a <= b)],
  '>=': [7, (a, b) => truth(a >= b)],
  // A shift by 64 or more is undefined in C; dtc gives 0.
  '<<': [8, (a, b) => (b < 64n ? a << b : 0n)],
  '>>': [8, (a, b) => (b < 64n ? a >> b : 0n)],
  '+': [9, (a, b) => a + b],
  '-': [9, (a, b) => a - b],
  '*': [10, (a, b) => a * b],
  '/': [10, (a, b) => (b === 0n ? null : a / b)],
  '%': [10, (a, b) => (b === 0n ? null : a % b)],
}

/**
 * Reads a literal, a character literal or a parenthesised expression. Null when none is next, and
 * then nothing was passed over. A faulty one is reported and yields 0.
 */
export function readInteger(reader: DtsReader): Integer | null {
  const next = reader.next()
  if (next === 40) return new Expression(reader).parenthesised()
  if (next === 39) {
    const at = reader.here()
    return characterValue(reader.quoted("'")!, (message) => reader.error(message, at))
  }
  return next >= 48 && next <= 57 ? literal(reader) : null
}

function literal(reader: DtsReader): Integer | null {
  const at = reader.here()
  const match = reader.match(LITERAL)
  if (match === null) return null
  const digits = match[2]!
  if (/^0[0-9]/.test(digits)) {
    if (/[89]/.test(digits)) {
      reader.error(`${digits} is no octal number`, at)
      return 0
    }
    return small(
      digits.length <= 18 ? Number.parseInt(digits, 8) : BigInt(`0o${digits}`),
      reader,
      at,
    )
  }
  return small(digits.length <= 15 ? Number(digits) : bigLiteral(digits), reader, at)
}

/** Converting takes time that grows with the square of the length: no 64-bit value needs that. */
function bigLiteral(digits: string): bigint {
  return digits.length > 1000 ? MASK64 + 1n : BigInt(digits)
}

function small(value: Integer, reader: DtsReader, at: Position): Integer {
  if (value <= MASK64) return value
  reader.error('a number beyond 64 bits', at)
  return 0
}

/** The two 32-bit halves of a value. */
export function words(value: Integer): [high: number, low: number] {
  if (typeof value === 'number') return [Math.floor(value / 2 ** 32), value >>> 0]
  return [Number(value >> 32n), Number(value & 0xffff_ffffn)]
}

class Expression {
  readonly #reader: DtsReader
  #depth = 0
  /** Parentheses that are open. */
  #open = 0
  #failed = false

  constructor(reader: DtsReader) {
    this.#reader = reader
  }

  parenthesised(): bigint {
    this.#reader.eat('(')
    this.#open++
    const value = this.#condition()
    if (this.#failed) return 0n
    if (!this.#reader.eat(')')) return this.#expected("')' or an operator")
    this.#open--
    return value
  }

  #condition(): bigint {
    if (++this.#depth > MAX_EXPRESSION_DEPTH) {
      return this.#fail(`an expression nested deeper than ${MAX_EXPRESSION_DEPTH}`)
    }
    let value = this.#binary(this.#unary(), 1)
    if (!this.#failed && this.#reader.eat('?')) {
      const yes = this.#condition()
      if (!this.#failed && !this.#reader.eat(':')) this.#expected("':'")
      const no = this.#failed ? 0n : this.#condition()
      value = value !== 0n ? yes : no
    }
    this.#depth--
    return value
  }

  /** Precedence climbing: everything at least as strong as `weakest` belongs to `left`. */
  #binary(left: bigint, weakest: number): bigint {
    let value = left
    while (!this.#failed) {
      const found = this.#peek()
      if (found === null || operators[found]![0] < weakest) return value
      const at = this.#reader.here()
      this.#reader.eat(found)
      const [strength, apply] = operators[found]!
      const right = this.#binary(this.#unary(), strength + 1)
      if (this.#failed) return 0n
      const result = apply(value, right)
      if (result === null) {
        this.#reader.error('division by zero', at)
        value = 0n
      } else value = result & MASK64
    }
    return 0n
  }

  #peek(): string | null {
    return this.#reader.peek(OPERATOR)
  }

  #unary(): bigint {
    const signs: string[] = []
    for (let sign = this.#sign(); sign !== null; sign = this.#sign()) signs.push(sign)
    let value = this.#operand()
    for (const sign of signs.reverse()) {
      if (sign === '!') value = truth(value === 0n)
      else value = (sign === '-' ? -value : ~value) & MASK64
    }
    return value
  }

  #sign(): string | null {
    return this.#reader.match(SIGN)?.[0] ?? null
  }

  #operand(): bigint {
    if (this.#failed) return 0n
    if (this.#reader.next() === 40) return this.parenthesised()
    const value = readInteger(this.#reader)
    return value === null ? this.#expected('a number') : BigInt(value)
  }

  #expected(what: string): bigint {
    return this.#fail(`expected ${what} in an expression, found ${this.#reader.found()}`)
  }

  /** One report an expression: what follows the first mistake is passed over. */
  #fail(message: string): bigint {
    if (this.#failed) return 0n
    this.#failed = true
    this.#reader.error(message)
    while (this.#open > 0) {
      const next = this.#reader.next()
      if (next === 40) this.#open++
      else if (next === 41) this.#open--
      else if (next === 59 || next === 123 || next === 125) break
      if (!this.#reader.advance()) break
    }
    return 0n
  }
}
