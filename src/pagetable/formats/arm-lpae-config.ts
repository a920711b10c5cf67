/**
 * How io-pgtable-arm fits a long-descriptor table to what a driver asks for: which granule wins,
 * how many levels there are, how large the root is. drivers/iommu/io-pgtable-arm.c, 6.1:
 * arm_lpae_restrict_pgsizes(), arm_lpae_alloc_pgtable().
 */
import type { FormatBehaviour, FormatSpec } from '../contract.ts'
import { bitsPerLevel } from './arm-lpae.ts'
import {
  type IoPgtable,
  type IoPgtableConfig,
  ioPgtableBehaviour,
  type RegisterValues,
} from './io-pgtable.ts'

/** Where the facts are from. */
export const lpaeSource = 'drivers/iommu/io-pgtable-arm.c'

/** What is common to all that io-pgtable-arm writes. */
const lpaeBehaviour: FormatBehaviour = {
  ...ioPgtableBehaviour,
  mapChecks: 'call',
  rewrites: 'blocks',
  mapNothing: 'tables',
  pagesPerCall: 'table',
}

/** A table's shape. */
export interface LpaeGeometry {
  granule: number
  /** log2 of the page sizes that are left. */
  pages: readonly number[]
  ias: number
  oas: number
  startLevel: number
  rootBits: number
}

const granules: Readonly<Record<number, { maxBits: number; blocks: readonly number[] }>> = {
  12: { maxBits: 48, blocks: [21, 30] },
  14: { maxBits: 48, blocks: [25] },
  16: { maxBits: 52, blocks: [29] },
}

/** The page size that decides: the CPU's own, else the largest below it, else the smallest above. */
function granuleOf(sizes: readonly number[], cpuPage: number): number | undefined {
  if (sizes.includes(cpuPage)) return cpuPage
  return sizes.filter((s) => s < cpuPage).at(-1) ?? sizes[0]
}

/** The shape of a table, or null where no long-descriptor table can be that. */
export function lpaeGeometry(config: IoPgtableConfig): LpaeGeometry | null {
  const granule = granuleOf(config.sizes, config.cpuPageLg2 ?? 12)
  const shape = granule === undefined ? undefined : granules[granule]
  if (granule === undefined || shape === undefined) return null
  const wide = granule === 16 && config.oas > 48 ? [42] : []
  const kept = [granule, ...shape.blocks, ...wide]
  const ias = Math.min(config.ias, shape.maxBits)
  const perLevel = bitsPerLevel(granule)
  const levels = Math.ceil((ias - granule) / perLevel)
  if (levels < 1) return null
  return {
    granule,
    pages: config.sizes.filter((s) => kept.includes(s)),
    ias,
    oas: Math.min(config.oas, shape.maxBits),
    startLevel: 4 - levels,
    rootBits: ias - granule - perLevel * (levels - 1),
  }
}

/** Without the page sizes that a format of four levels and 4 KiB has not. */
export function only4k(config: IoPgtableConfig): IoPgtableConfig {
  return { ...config, sizes: config.sizes.filter((s) => s === 12 || s === 21 || s === 30) }
}

/** Physical address sizes as TCR.IPS and VTCR.PS count them; others are refused. */
export const addressSizeCodes = new Map([
  [32, 0],
  [36, 1],
  [40, 2],
  [42, 3],
  [44, 4],
  [48, 5],
  [52, 6],
])

/** What io_pgtable reports about the tables, in the vectors' own names. */
function shapeValues({ granule, startLevel, rootBits }: LpaeGeometry): RegisterValues {
  return {
    root_table_bytes: 8 * 2 ** rootBits,
    start_level: startLevel,
    pgd_bits: rootBits,
    bits_per_level: bitsPerLevel(granule),
  }
}

/** The part of a format that its shape decides. */
export function lpaeShape(g: LpaeGeometry) {
  return {
    source: lpaeSource,
    iovaBits: g.ias,
    outputBits: g.oas,
    granule: g.granule,
    startLevel: g.startLevel,
    rootBits: g.rootBits,
    pages: g.pages,
    behaviour: lpaeBehaviour,
  }
}

/** What io-pgtable-arm answers: a format of that shape, and the registers with the shape's values. */
export function lpaeAnswer(
  g: LpaeGeometry,
  format: FormatSpec,
  registers: (asLinux: boolean) => RegisterValues,
): IoPgtable {
  const { pages: sizes, ias, oas } = g
  return {
    format,
    sizes,
    ias,
    oas,
    registers: (_root, asLinux) => ({ ...registers(asLinux), ...shapeValues(g) }),
  }
}
