/**
 * Registers that all our bus masters share, and how the registers of their channels are laid out.
 * The layout is dmaplumb's own: it stands for whatever the real device has, and drivers import it
 * as they would a shared header.
 */
import { type RegisterBlock, type RegisterRow, registers } from '../base/registers.ts'
import { type AddressRow, address, bit, word } from '../base/word.ts'

/** Contents of CTRL. */
export const controlWord = word(32, [bit(0, 'GO', 'starts every enabled channel; clears itself')])

/** Contents of STATUS and of every channel's STATUS. */
export const statusWord = word(32, [
  bit(0, 'DONE', 'finished, whether well or not'),
  bit(1, 'FAULT', 'an access was refused: underrun of a screen, overrun of a camera'),
  bit(2, 'BAD', 'memory held a descriptor or command that the device cannot carry out'),
])

/** Registers at the front of every bus master. */
export const controlRegisters = registers('control', [
  { at: 0x00, name: 'CTRL', access: 'wo', doc: 'starts the device', fields: controlWord.rows },
  { at: 0x04, name: 'STATUS', access: 'ro', doc: 'of the last run', fields: statusWord.rows },
  { at: 0x08, name: 'CHANNELS', access: 'ro', doc: 'number of channels' },
  { at: 0x0c, name: 'FAULT_CHANNEL', access: 'ro', doc: 'channel of the first refused access' },
  { at: 0x10, name: 'FAULT_ADDR_LO', access: 'ro', doc: 'bits 31:0 of the address refused' },
  { at: 0x14, name: 'FAULT_ADDR_HI', access: 'ro', doc: 'its bits 63:32' },
])

const CHANNEL_BASE = 0x100
const CHANNEL_STRIDE = 0x40

/** Byte offset of a channel's registers: add the offset of a register in the channel's table. */
export function channelOffset(channel: number): number {
  return CHANNEL_BASE + channel * CHANNEL_STRIDE
}

/** A row that holds address bits 31:0. */
export function addressLow<const N extends string>(at: number, name: N, doc: string) {
  return { at, name, access: 'rw', doc: `${doc}, bits 31:0`, fields: [address(31, 0)] } as const
}

/** A row that holds address bits 63:32; a device without such bits lacks the register. */
export function addressHigh<const N extends string>(at: number, name: N, doc: string) {
  return {
    at,
    name,
    access: 'rw',
    doc: `${doc}, bits 63:32`,
    fields: [address(31, 0, 32)],
  } as const
}

/**
 * The whole block of a device: the shared registers, then one copy of `channel` a channel, its
 * names prefixed with `CH<n>_`. Address registers keep the bits below `addressBits` only.
 */
export function masterBlock(
  name: string,
  channel: RegisterBlock,
  channels: number,
  addressBits: number,
): RegisterBlock {
  const rows: RegisterRow[] = controlRegisters.rows.map((row) =>
    row.name === 'CHANNELS' ? { ...row, reset: channels } : row,
  )
  for (let n = 0; n < channels; n++) {
    for (const row of channel.rows) {
      const writable = keptBits(row, addressBits)
      if (writable === 0) continue
      rows.push({ ...row, at: channelOffset(n) + row.at, name: `CH${n}_${row.name}`, writable })
    }
  }
  return registers(name, rows)
}

/** Mask of the bits of a register that exist in a device with so many address bits. */
function keptBits(row: RegisterRow, addressBits: number): number | undefined {
  const piece = row.fields?.find((f): f is AddressRow => f.kind === 'address')
  if (piece === undefined) return row.writable
  return 2 ** Math.max(0, Math.min(piece.hi + 1, addressBits - piece.from)) - 1
}
