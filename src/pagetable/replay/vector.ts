/** What a vectors file holds, after checking: see the README beside the vectors for the meaning. */
import type { Protection } from '../contract.ts'
import type { IoPgtableConfig } from '../formats/io-pgtable.ts'
import { parseWide, type Wide } from './wide.ts'

/** The configuration of a vector, of io-pgtable or of a driver's own format. */
export interface VectorConfig extends IoPgtableConfig {
  levels?: number
  superpageLevels?: number
  firstLevel?: boolean
  snoopControl?: boolean
}

/** One operation. Expectations stay in `expected`, unchecked: they are compared as text. */
export interface VectorOp {
  kind: 'map' | 'unmap'
  /** A whole range for the IOMMU core, or pages of one size. */
  core: boolean
  iova: Wide
  address: Wide
  /** Page size, or bytes of the range. */
  size: Wide
  count: number
  prot: Protection
  expected: Fields
}

/** A vector to run. */
export interface Vector {
  name: string
  format: string
  config: VectorConfig
  /** Physical address from which tables are allocated. */
  tables: number
  ops: readonly VectorOp[]
  /** Addresses to look up. */
  lookups: readonly { iova: Wide; expected: unknown }[]
  /** Ascending. */
  checkpoints: readonly { after: number; expected: Fields }[]
  expected: Fields
}

/** An object of a file. */
export type Fields = Readonly<Record<string, unknown>>

/** Thrown by the readers below for what cannot be run; caught by readVector. */
class Unusable extends Error {}

function fail(what: string): never {
  throw new Unusable(what)
}

/** `value` as an object. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Fields)
    : null
}

/** Entries of a list of one vector. Measured vectors have some two hundred. */
const mostEntries = 2 ** 17

function list(value: unknown, what: string): readonly unknown[] {
  if (value === undefined) return []
  if (!Array.isArray(value)) return fail(`${what} is no list`)
  return value.length <= mostEntries ? value : fail(`${what} has more than ${mostEntries} entries`)
}

function wide(value: unknown, what: string): Wide {
  return parseWide(value) ?? fail(`${what} is ${shown(value)}, expected a 0x string of 64 bits`)
}

function whole(value: unknown, what: string, most: number): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most) {
    return value
  }
  return fail(`${what} is ${shown(value)}, expected a whole number up to ${most}`)
}

/** A value for a message, shortened. */
export function shown(value: unknown): string {
  if (value === undefined) return 'missing'
  const text = JSON.stringify(value) ?? String(value)
  return text.length > 60 ? `${text.slice(0, 57)}...` : text
}

const protections = ['READ', 'WRITE', 'CACHE', 'NOEXEC', 'MMIO', 'PRIV']

function protectionOf(value: unknown, what: string): Protection {
  const names = list(value, what)
  for (const name of names) {
    if (!protections.includes(name as string)) fail(`${what} has ${shown(name)}`)
  }
  return {
    read: names.includes('READ'),
    write: names.includes('WRITE'),
    cache: names.includes('CACHE'),
    noexec: names.includes('NOEXEC'),
    mmio: names.includes('MMIO'),
    privileged: names.includes('PRIV'),
  }
}

/** The page sizes of a bitmap, log2, ascending. */
function sizesOf({ hi, lo }: Wide): number[] {
  const bits = Array.from({ length: 64 }, (_, i) => i)
  return bits.filter((i) => (((i < 32 ? lo : hi) >>> (i % 32)) & 1) === 1)
}

function configOf(value: unknown): VectorConfig {
  const cfg = fieldsOf(value) ?? fail(`cfg is ${shown(value)}, expected an object`)
  const cpuPage =
    cfg.cpu_page_size === undefined ? [12] : sizesOf(wide(cfg.cpu_page_size, 'cfg.cpu_page_size'))
  if (cpuPage.length !== 1) fail('cfg.cpu_page_size is no power of two')
  const number = (name: string) =>
    cfg[name] === undefined ? undefined : whole(cfg[name], `cfg.${name}`, 64)
  return {
    sizes:
      cfg.pgsize_bitmap === undefined ? [] : sizesOf(wide(cfg.pgsize_bitmap, 'cfg.pgsize_bitmap')),
    ias: whole(cfg.ias, 'cfg.ias', 64),
    oas: whole(cfg.oas, 'cfg.oas', 64),
    quirks: list(cfg.quirks, 'cfg.quirks').map(String),
    coherentWalk: cfg.coherent_walk !== false,
    cpuPageLg2: cpuPage[0],
    levels: number('levels'),
    superpageLevels: number('superpage_levels'),
    firstLevel: cfg.first_level === true,
    snoopControl: cfg.snoop_control === true,
  }
}

const zero: Wide = { hi: 0, lo: 0 }

const kinds: Readonly<Record<string, { kind: VectorOp['kind']; core: boolean }>> = {
  map: { kind: 'map', core: false },
  map_pages: { kind: 'map', core: false },
  iommu_map: { kind: 'map', core: true },
  unmap: { kind: 'unmap', core: false },
  unmap_pages: { kind: 'unmap', core: false },
  iommu_unmap: { kind: 'unmap', core: true },
}

function opOf(value: unknown, i: number): VectorOp {
  const at = `ops[${i}]`
  const op = fieldsOf(value) ?? fail(`${at} is ${shown(value)}, expected an object`)
  const what = typeof op.op === 'string' && Object.hasOwn(kinds, op.op) ? kinds[op.op] : undefined
  if (what === undefined) return fail(`${at}.op is ${shown(op.op)}, expected map, unmap, ...`)
  const { kind, core } = what
  return {
    kind,
    core,
    iova: wide(op.iova, `${at}.iova`),
    address: kind === 'map' ? wide(op.paddr, `${at}.paddr`) : zero,
    size: core ? wide(op.size, `${at}.size`) : wide(op.pgsize, `${at}.pgsize`),
    count: core || op.pgcount === undefined ? 1 : whole(op.pgcount, `${at}.pgcount`, 2 ** 31),
    prot: protectionOf(op.prot, `${at}.prot`),
    expected: op,
  }
}

const tablesBase = 0x8000_0000
const tablesBaseRockchip = 0x12_8000_0000
const tablesBaseMediatek = 0x7_0000_0000

/** A checked vector, or what is wrong with it, in words. */
export function readVector(value: unknown): Vector | string {
  try {
    const fields = fieldsOf(value) ?? fail(`a vector is ${shown(value)}, expected an object`)
    if (typeof fields.format !== 'string') fail(`format is ${shown(fields.format)}`)
    const config = configOf(fields.cfg)
    const tags = list(fields.tags, 'tags')
    return {
      name: typeof fields.name === 'string' ? fields.name : '',
      format: fields.format as string,
      config,
      tables: tags.includes('tables-above-4G')
        ? tablesBaseRockchip
        : config.quirks.includes('ARM_MTK_TTBR_EXT')
          ? tablesBaseMediatek
          : tablesBase,
      ops: list(fields.ops, 'ops').map(opOf),
      lookups: list(fields.iova_to_phys, 'iova_to_phys').map((row, i) => {
        const pair = list(row, `iova_to_phys[${i}]`)
        return { iova: wide(pair[0], `iova_to_phys[${i}]`), expected: pair[1] }
      }),
      checkpoints: list(fields.checkpoints, 'checkpoints')
        .map((point, i) => {
          const expected = fieldsOf(point) ?? fail(`checkpoints[${i}] is no object`)
          const after = whole(expected.after_ops, `checkpoints[${i}].after_ops`, 2 ** 31)
          return { after, expected }
        })
        .sort((a, b) => a.after - b.after),
      expected: fields,
    }
  } catch (error) {
    if (error instanceof Unusable) return error.message
    throw error
  }
}

/** The configuration of a case of a configuration matrix, or what is wrong. */
export function readCase(value: unknown): { format: string; config: VectorConfig } | string {
  const vector = readVector(value)
  return typeof vector === 'string' ? vector : { format: vector.format, config: vector.config }
}
