/**
 * Everything that tables in an image map, as merged ranges, one after the other and in little
 * memory. The image may be damaged or made to harm: tables that are their own descendants, one
 * table below many links, links into nowhere. Each is told once and the listing goes on.
 */
import { type Iova, type Phys, prettyHex } from '../../base/addr.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { BusError, type MemoryPort } from '../../base/memory.ts'
import type { FormatSpec, LeafSpec } from '../contract.ts'
import { type Layout, layoutOf } from '../layout.ts'
import { goesOn, type Mapping, type TableSource } from '../mappings.ts'
import { linkedLevel } from '../walk.ts'
import { faultFamilyOf } from './fault-terms.ts'
import { type AddressHalves, halvesOf, outOfFormat, printIoAddress } from './io-address.ts'

/** What was listed, at the end. */
export interface ListingSummary {
  ranges: number
  /** Bytes of I/O virtual space that are mapped. */
  bytes: number
  /** Tables that were read, the root included; a table below several links counts once a link. */
  tables: number
  diagnostics: readonly Diagnostic[]
}

/** Who hears of the progress: `done` of `total` entries of the root. */
export type ListingProgress = (done: number, total: number) => void

/**
 * Entries of tables below more than one link that are read once more. Sharing is rare and small in
 * tables that are meant; without a bound four tables can be made to map 2^36 pages.
 */
const MOST_SHARED = 2 ** 18
/** Diagnostics of one kind that are kept. */
const MOST_TOLD = 16

/** One kind of trouble. */
class Trouble {
  readonly #told: Diagnostic[] = []
  #count = 0
  readonly #rest: string

  constructor(rest: string) {
    this.#rest = rest
  }

  add(message: () => string): void {
    this.#count++
    if (this.#count <= MOST_TOLD) this.#told.push({ severity: 'warning', message: message() })
  }

  diagnostics(): Diagnostic[] {
    const more = this.#count - this.#told.length
    const rest: Diagnostic = { severity: 'warning', message: `${more} more ${this.#rest}` }
    return more > 0 ? [...this.#told, rest] : this.#told
  }
}

/** The mappings of a table, ascending as the engine counts addresses; returns what it came to. */
export function* listMappings(
  source: TableSource,
  progress: ListingProgress = () => {},
): Generator<Mapping, ListingSummary> {
  const listing = new Listing(source, progress)
  let last: Mapping | null = null
  let ranges = 0
  let bytes = 0
  for (let next = listing.leaf(); next !== null; next = listing.leaf()) {
    bytes += next.size
    if (last !== null && goesOn(last, next)) {
      last.size += next.size
      continue
    }
    if (last !== null) yield last
    last = next
    ranges++
  }
  if (last !== null) yield last
  return { ranges, bytes, tables: listing.tables, diagnostics: listing.diagnostics() }
}

class Listing {
  tables = 1
  readonly #format: FormatSpec
  readonly #memory: MemoryPort
  readonly #layout: Layout
  readonly #halves: AddressHalves
  readonly #progress: ListingProgress
  /** The table and the next index, on each level of the descent. */
  readonly #table: Float64Array
  readonly #next: Int32Array
  /** The level of the link to the table on each level; a link may lead past levels. */
  readonly #above: Int32Array
  readonly #read: boolean[]
  readonly #write: boolean[]
  /** Something was found in or below the table on each level. */
  readonly #found: boolean[]
  /** Tables that were read, a map a level: whether they hold anything. */
  readonly #seen: Map<Phys, boolean>[]
  #level = 0
  #shared = 0
  readonly #cycles = new Trouble('links lead back to a table above')
  readonly #again = new Trouble('links lead to a table that was listed for another link')
  readonly #missing = new Trouble('tables are not in the image')
  readonly #wide = new Trouble('entries hold an address that is too wide')
  /** Bits of the access flag, a leaf row a level; 0 where hardware does not look. */
  readonly #flags: readonly (readonly number[])[]
  #unflagged = 0

  constructor({ format, memory, root }: TableSource, progress: ListingProgress) {
    const count = format.levels.length
    this.#format = format
    this.#memory = memory
    this.#layout = layoutOf(format)
    this.#halves = halvesOf(format, faultFamilyOf(format).signed === true)
    this.#progress = progress
    this.#table = new Float64Array(count)
    this.#next = new Int32Array(count)
    this.#above = Int32Array.from({ length: count }, (_, level) => level - 1)
    this.#read = new Array<boolean>(count).fill(true)
    this.#write = new Array<boolean>(count).fill(true)
    this.#found = new Array<boolean>(count).fill(false)
    this.#seen = Array.from({ length: count }, () => new Map<Phys, boolean>())
    this.#table[0] = root
    const { accessFlag } = faultFamilyOf(format)
    const flagOf = ({ word }: LeafSpec) => word.rows.find((row) => row.name === accessFlag)
    this.#flags = format.levels.map(({ leaves }) =>
      leaves.map((leaf) => {
        const row = flagOf(leaf)
        return row === undefined ? 0 : 1 << row.lo
      }),
    )
  }

  diagnostics(): Diagnostic[] {
    const kinds = [this.#missing, this.#wide, this.#cycles, this.#again]
    const found = kinds.flatMap((kind) => kind.diagnostics())
    if (this.#unflagged > 0) {
      const message = `the access flag of ${this.#unflagged} entries is 0: hardware that does not set it faults there`
      found.push({ severity: 'note', message })
    }
    return found
  }

  /** The next leaf entry as a mapping, or null at the end. */
  leaf(): Mapping | null {
    while (this.#level >= 0) {
      const level = this.#level
      const { entries, span } = this.#layout.levels[level]!
      const index = this.#next[level]!
      // The root of a 64-bit space has more entries than there are addresses.
      const over = level === 0 && index * span >= this.#layout.iovaLimit
      if (index >= entries || over) this.#leave()
      else {
        if (level === 0) this.#progress(index, entries)
        this.#next[level] = index + 1
        const mapping = this.#entry(level, index)
        if (mapping !== null) return mapping
      }
    }
    return null
  }

  #leave(): void {
    const level = this.#level
    const above = this.#above[level]!
    const found = this.#found[level]!
    this.#level = above
    this.#seen[level]!.set(this.#table[level]!, found)
    if (above >= 0 && found) this.#found[above] = true
  }

  #entry(level: number, index: number): Mapping | null {
    const { stride } = this.#layout
    const at = this.#table[level]! + index * stride
    let lo: number
    let hi: number
    try {
      lo = this.#memory.read32(at)
      hi = stride === 8 ? this.#memory.read32(at + 4) : 0
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      this.#missing.add(() => this.#absent(level, at))
      if (index === 0) this.tables--
      // The table ends here: so that it is told once.
      this.#next[level] = this.#layout.levels[level]!.entries
      return null
    }
    if ((lo | hi) === 0) return null
    const kind = this.#format.classify(lo, hi, level)
    if (kind === 'leaf') return this.#map(level, at, lo, hi)
    const to = kind === 'table' ? level + 1 : linkedLevel(this.#format, lo, hi, level)
    if (to >= 0) this.#enter(level, to, at, lo, hi)
    return null
  }

  #map(level: number, at: Phys, lo: number, hi: number): Mapping | null {
    const format = this.#format
    const spec = format.leafOf(lo, hi, level)
    const { leaves, span } = this.#layout.levels[level]!
    const row = leaves.findIndex((l) => l.spec === spec)
    const leaf = leaves[row]
    if (leaf === undefined) throw new Error(`dmaplumb bug: ${format.id}: leafOf`)
    const iova = this.#iova(level)
    const address = leaf.output(lo, hi, iova)
    if (address + span > this.#layout.outputLimit) {
      this.#wide.add(() => this.#tooWide(level, at, address))
      return null
    }
    this.#found[level] = true
    const flag = this.#flags[level]![row]!
    if (flag !== 0 && (lo & flag) === 0) this.#unflagged++
    const own = format.permissions(lo, hi, level)
    const read = own.read && this.#read[level]!
    const write = own.write && this.#write[level]!
    return { iova, address, size: span, read, write }
  }

  #enter(level: number, to: number, at: Phys, lo: number, hi: number): void {
    const format = this.#format
    const { next } = this.#layout.levels[level]!
    if (next === null) throw new Error(`dmaplumb bug: ${format.id}: a table at the last level`)
    const below = next.stamp.address(lo, hi)
    if (below >= this.#layout.outputLimit) {
      this.#wide.add(() => this.#tooWide(level, at, below))
      return
    }
    for (let l = 0; l <= level; l++) {
      if (this.#table[l] !== below) continue
      this.#cycles.add(() => {
        const where = `the entry at ${prettyHex(at)} (level ${this.#number(level)}, I/O addresses from ${this.#shown(level)})`
        return `${where} links to ${prettyHex(below)}, the table of level ${this.#number(l)} on the way to it; what hardware reads there is not listed`
      })
      return
    }
    const seen = this.#seen[to]!.get(below)
    if (seen === false) return
    if (seen === true) {
      this.#shared += this.#layout.levels[to]!.entries
      if (this.#shared > MOST_SHARED) {
        this.#again.add(
          () =>
            `the entry at ${prettyHex(at)} links to the table at ${prettyHex(below)}, listed already for another link; I/O addresses from ${this.#shown(level)} are left out`,
        )
        this.#found[level] = true
        return
      }
    }
    const link = format.linkPermissions?.(lo, hi, level)
    this.tables++
    // Levels between have no table, and address bits of 0.
    this.#table.fill(-1, level + 1, to)
    this.#next.fill(1, level + 1, to)
    this.#level = to
    this.#above[to] = level
    this.#table[to] = below
    this.#next[to] = 0
    this.#found[to] = false
    this.#read[to] = this.#read[level]! && link?.read !== false
    this.#write[to] = this.#write[level]! && link?.write !== false
  }

  /** The first address that the last entry read on `level` serves. */
  #iova(level: number): Iova {
    let iova = 0
    for (let l = 0; l <= level; l++) iova += (this.#next[l]! - 1) * this.#layout.levels[l]!.span
    return iova
  }

  #number(level: number): number {
    return this.#format.levelNumbers?.[level] ?? level + 1
  }

  #shown(level: number): string {
    return printIoAddress(outOfFormat(this.#format, this.#halves, this.#iova(level)))
  }

  #absent(level: number, at: Phys): string {
    const what = level === 0 ? 'root table' : `table of level ${this.#number(level)}`
    const first = this.#shown(level)
    return `the ${what} at ${prettyHex(this.#table[level]!)} is not in the image from ${prettyHex(at)} on; I/O addresses from ${first} on are left out`
  }

  #tooWide(level: number, at: Phys, address: Phys): string {
    const { outputBits } = this.#format
    const where = `the entry at ${prettyHex(at)} (level ${this.#number(level)}, I/O addresses from ${this.#shown(level)})`
    return `${where} holds ${prettyHex(address)}, which is wider than ${outputBits} bits`
  }
}
