/** A kernel configuration file: which symbols are on, and what they say about the machine. */
import type { Diagnostic } from '../base/diagnostic.ts'

/** A .config, read. A symbol that it does not mention counts as off. */
export interface KernelConfig {
  /** File name as the user gave it. */
  readonly source: string
  /** `y` built in, `m` a module, null off or not mentioned. With or without CONFIG_. */
  enabled(symbol: string): 'y' | 'm' | null
  /** The raw value: `y`, `m`, a number or a string without its quotes; null when off. */
  value(symbol: string): string | null
  /** null: neither ARM nor ARM64. */
  readonly arch: 'arm' | 'arm64' | null
  /** 32-bit ARM with 64-bit page-table entries. */
  readonly lpae: boolean
  /** Bytes. */
  readonly pageSize: number
  /** Largest order of pages to which ARM aligns an I/O address. */
  readonly dmaIommuAlignment: number
}

/** Kconfig's default for ARM_DMA_IOMMU_ALIGNMENT: 2^8 pages. */
const DEFAULT_ALIGNMENT = 8

/** Characters of a bad line that a message quotes. */
const MOST_QUOTED = 60

/**
 * Reads a .config. Lines that are no assignment, comment or blank are errors, and skipped; a file
 * that mentions no symbol is an error too.
 */
export function parseKernelConfig(
  text: string,
  source: string,
): { config: KernelConfig; diagnostics: Diagnostic[] } {
  const diagnostics: Diagnostic[] = []
  const values = new Map<string, string | null>()
  for (const [i, raw] of text.split('\n').entries()) {
    const line = raw.trim()
    if (line === '') continue
    const parsed = parseLine(line)
    if (parsed === 'comment') continue
    const at = { source, line: i + 1, column: 1 }
    if (parsed === null) {
      diagnostics.push({
        severity: 'error',
        message: `expected CONFIG_NAME=VALUE or a comment, found ${quoted(line)}`,
        at,
      })
      continue
    }
    const { symbol, value } = parsed
    if (values.has(symbol) && values.get(symbol) !== value) {
      diagnostics.push({
        severity: 'warning',
        message: `CONFIG_${symbol} is set again; the last one counts`,
        at,
      })
    }
    values.set(symbol, value)
  }
  const config = configOf(source, values)
  if (values.size === 0) {
    diagnostics.push({
      severity: 'error',
      message: 'no kernel configuration: it mentions no CONFIG_ symbol',
      at: { source },
    })
  } else if (config.arch === null) {
    diagnostics.push({
      severity: 'warning',
      message: 'the configuration is for neither ARM nor ARM64',
      at: { source },
    })
  }
  return { config, diagnostics }
}

function quoted(line: string): string {
  const short = line.length > MOST_QUOTED ? `${line.slice(0, MOST_QUOTED)}...` : line
  return JSON.stringify(short)
}

function configOf(source: string, values: ReadonlyMap<string, string | null>): KernelConfig {
  const value = (symbol: string) => values.get(symbol.replace(/^CONFIG_/, '')) ?? null
  const enabled = (symbol: string) => {
    const v = value(symbol)
    return v === 'y' || v === 'm' ? v : null
  }
  const arch = enabled('ARM64') ? 'arm64' : enabled('ARM') ? 'arm' : null
  return {
    source,
    enabled,
    value,
    arch,
    lpae: enabled('ARM_LPAE') !== null,
    pageSize: enabled('ARM64_64K_PAGES') ? 65536 : enabled('ARM64_16K_PAGES') ? 16384 : 4096,
    dmaIommuAlignment: Number(value('ARM_DMA_IOMMU_ALIGNMENT') ?? DEFAULT_ALIGNMENT),
  }
}

/** null: malformed. A value of null: the symbol is off. */
function parseLine(line: string): { symbol: string; value: string | null } | 'comment' | null {
  const off = /^# CONFIG_(\w+) is not set$/.exec(line)
  if (off !== null) return { symbol: off[1] as string, value: null }
  if (line.startsWith('#')) return 'comment'
  const set = /^CONFIG_(\w+)=(?:"((?:[^"\\]|\\.)*)"|(-?\w+))$/.exec(line)
  if (set === null) return null
  const [, symbol, quoted, plain] = set
  if (quoted !== undefined) {
    return { symbol: symbol as string, value: quoted.replace(/\\(.)/g, '$1') }
  }
  if (!/^(?:[ymn]|-?\d+|0x[0-9a-f]+)$/i.test(plain as string)) return null
  return { symbol: symbol as string, value: plain === 'n' ? null : (plain as string) }
}
