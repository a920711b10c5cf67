/**
 * Structures in memory that a device and its driver share, declared as rows of 32-bit
 * little-endian words. Drivers import the layouts, like a shared header.
 */
import { type Word, address, bit, bits, word } from '../base/word.ts'

/** One 32-bit word of a structure. */
export interface DescriptorRow {
  /** Byte offset from the start of the structure; a multiple of 4. */
  at: number
  name: string
  doc: string
  /** What its bits mean. */
  word: Word
}

/** A declared structure. */
export interface DescriptorLayout<Name extends string = string> {
  readonly name: string
  readonly rows: readonly DescriptorRow[]
  /** Size of the structure, bytes. */
  readonly bytes: number
  /** The bytes in memory; words left out are 0. */
  encode(words: Partial<Record<Name, number>>): Uint8Array
  /** The words, unsigned; bytes that are missing at the end read as 0. */
  decode(bytes: Uint8Array): Record<Name, number>
}

/** Declares a structure of consecutive words. Throws when an offset is not the next one. */
export function descriptor<const Rows extends readonly DescriptorRow[]>(
  name: string,
  rows: Rows,
): DescriptorLayout<Rows[number]['name']> {
  type Name = Rows[number]['name']
  for (const [i, row] of rows.entries()) {
    if (row.at !== 4 * i) throw new Error(`${name}.${row.name}: expected at ${4 * i}`)
  }
  const size = 4 * rows.length
  return {
    name,
    rows,
    bytes: size,
    encode(words) {
      const bytes = new Uint8Array(size)
      const view = new DataView(bytes.buffer)
      for (const row of rows) view.setUint32(row.at, words[row.name as Name] ?? 0, true)
      return bytes
    },
    decode(bytes) {
      const whole = new Uint8Array(size)
      whole.set(bytes.subarray(0, size))
      const view = new DataView(whole.buffer)
      const words: Record<string, number> = {}
      for (const row of rows) words[row.name] = view.getUint32(row.at, true)
      return words as Record<Name, number>
    },
  }
}

const lowWord = word(32, [address(31, 0)])
const highWord = word(32, [address(31, 0, 32)])

/** CONTROL of a ring descriptor. */
export const ringControlWord = word(32, [
  bits(15, 0, 'LENGTH', 'bytes of the buffer'),
  bit(30, 'RX', 'direction', { 0: 'transmit', 1: 'receive' }),
  bit(31, 'OWN', 'who may touch the descriptor', { 0: 'driver', 1: 'device' }),
])

/** STATUS of a ring descriptor, written by the device. */
export const ringStatusWord = word(32, [
  bits(15, 0, 'LENGTH', 'bytes transferred'),
  bit(31, 'DONE', 'the device is through with it'),
])

/** A descriptor of the ring device. */
export const ringDescriptor = descriptor('ring descriptor', [
  { at: 0x0, name: 'ADDR_LO', doc: 'buffer, bits 31:0', word: lowWord },
  { at: 0x4, name: 'ADDR_HI', doc: 'buffer, bits 63:32', word: highWord },
  { at: 0x8, name: 'CONTROL', doc: 'length, direction, owner', word: ringControlWord },
  { at: 0xc, name: 'STATUS', doc: 'written back by the device', word: ringStatusWord },
])

/** Operation codes of the raw device. 0 is not one, so blank memory is not a program. */
export const rawOperation = { COPY: 1, END: 2 } as const

/** OP of a raw command. */
export const rawOpWord = word(32, [
  bits(7, 0, 'CODE', 'what to do', { 1: 'COPY', 2: 'END' }),
  bits(15, 8, 'PORT', 'port on which the data moves, modulo the number of ports'),
])

/** LENGTH of a raw command. */
export const rawLengthWord = word(32, [bits(23, 0, 'BYTES', 'bytes to copy')])

/** A command of the raw device. */
export const rawCommand = descriptor('raw command', [
  { at: 0x00, name: 'OP', doc: 'operation and port', word: rawOpWord },
  { at: 0x04, name: 'SRC_LO', doc: 'source, bits 31:0', word: lowWord },
  { at: 0x08, name: 'SRC_HI', doc: 'source, bits 63:32', word: highWord },
  { at: 0x0c, name: 'DST_LO', doc: 'destination, bits 31:0', word: lowWord },
  { at: 0x10, name: 'DST_HI', doc: 'destination, bits 63:32', word: highWord },
  { at: 0x14, name: 'LENGTH', doc: 'bytes to copy', word: rawLengthWord },
])
