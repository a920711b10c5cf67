/** Single words as drivers' own helpers make them: rows [format, what, address, prot bits, value]. */
import type { FormatSpec } from '../contract.ts'
import type { ReplayOutcome } from './replay.ts'
import { replayFamilies } from './families.ts'
import { shown } from './vector.ts'
import { engineNumber, parseWide, showWide, wideDigits, type Wide } from './wide.ts'

type Encode = (format: FormatSpec, address: Wide, bits: number) => string | null

const word = ({ lo, hi }: { lo: number; hi: number }) => `0x${wideDigits(hi, lo)}`

const link: Encode = (format, at) => {
  const table = format.levels[0]?.table
  return table == null
    ? null
    : word(table.word.encode(table.fields, engineNumber(at, format.outputBits)))
}

const page: Encode = (format, at, bits) => {
  const leaf = format.levels.at(-1)?.leaves[0]
  if (leaf === undefined) return null
  const prot = {
    read: (bits & 1) !== 0,
    write: (bits & 2) !== 0,
    cache: (bits & 4) !== 0,
    noexec: (bits & 8) !== 0,
    mmio: (bits & 16) !== 0,
    privileged: (bits & 32) !== 0,
  }
  const fields = { ...leaf.fixed, ...leaf.attributes(prot) }
  return word(leaf.word.encode(fields, engineNumber(at, format.outputBits)))
}

const encoders: Readonly<Record<string, Encode>> = {
  dte: link,
  pde: link,
  pte: page,
  entry_to_address: (format, { lo, hi }) => {
    const leaf = format.levels.at(-1)?.leaves[0]
    return leaf === undefined ? null : `0x${leaf.word.address(lo, hi).toString(16)}`
  },
  // Tegra's register for the root: a link that does not say that a table follows.
  ptb_data_register: (format, at) => {
    const table = format.levels[0]?.table
    if (table == null || !('next' in table.fields)) return null
    const fields = { ...table.fields, next: 0 }
    return word(table.word.encode(fields, engineNumber(at, format.outputBits)))
  },
}

/** Runs one row. */
export function encodingCase(row: unknown): ReplayOutcome {
  const label = `encoding ${shown(row)}`
  const [name, what, address, bits = 0, expected] = Array.isArray(row) ? row : []
  const family = typeof name === 'string' ? replayFamilies.find(name) : undefined
  const at = parseWide(address)
  const encode = typeof what === 'string' && Object.hasOwn(encoders, what) ? encoders[what] : null
  const config = { sizes: [], ias: 64, oas: 64, quirks: [], coherentWalk: true }
  const format = family?.ioPgtable === false ? family.prepare(config, 0, true)?.format : undefined
  const known = typeof bits === 'number' && Number.isInteger(bits) && bits >= 0 && bits < 64
  const value =
    format === undefined || at === null || encode == null || !known
      ? null
      : encode(format, at, bits)
  if (value === null || at === null) {
    const message = `${label} is not [format, what, address, prot bits, value] of a format here`
    const diagnostics = [{ severity: 'error' as const, message }]
    return { label, line: null, disagreements: [], diagnostics }
  }
  const met = expected === undefined || value === expected
  return {
    label,
    line: { format: name, what, address: showWide(at), prot_bits: bits, value },
    disagreements: met ? [] : [`value ${value}, expected ${shown(expected)}`],
    diagnostics: [],
  }
}
