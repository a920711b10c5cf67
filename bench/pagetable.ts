/**
 * Page-table cases: per format, mapping and unmapping single pages, 2 MiB as pages, walking and
 * looking up. Seeded.
 */
import { PhysicalMemory } from '../src/base/memory.ts'
import type { EnginePageTable, FormatSpec, Protection } from '../src/pagetable/contract.ts'
import { formats } from '../src/pagetable/formats.ts'
import { createPageTable } from '../src/pagetable/table.ts'
import { TableArena } from '../src/pagetable/table-arena.ts'
import { walk } from '../src/pagetable/walk.ts'
import { armLpaeS164 } from '../src/pagetable/formats/arm-lpae-s1.ts'
import { armV7sPlain } from '../src/pagetable/formats/arm-v7s-registered.ts'
import type { BenchCase, Work } from './case.ts'
import { lpae, type NativeRate, v7s } from './pagetable-native.ts'
import {
  Bed,
  blocks,
  gibibyteAsPages,
  lookUps,
  pagesOf2MiB,
  randomPages,
} from './pagetable-workloads.ts'
import { Xorshift } from './xorshift.ts'

const tablesBase = 0x8000_0000
const tablesSize = 0x400_0000
const page = 4096
const prot: Protection = { read: true, write: true, cache: true }

function fresh(format: FormatSpec): { memory: PhysicalMemory; table: EnginePageTable } {
  const memory = new PhysicalMemory([{ base: tablesBase, size: tablesSize }])
  const pages = new TableArena(memory, tablesBase, tablesSize)
  const table = createPageTable(format, { memory, pages })
  if (table === null) throw new Error('no memory for a root')
  return { memory, table }
}

/** 256 MiB from 1 GiB mapped page by page, and 1024 addresses in it. */
function populated(format: FormatSpec) {
  const { memory, table } = fresh(format)
  const base = 2 ** 30
  for (let at = 0; at < 2 ** 28; at += page) table.map(base + at, at, page, prot)
  const random = new Xorshift()
  const iovas = Float64Array.from({ length: 1024 }, () => base + (random.draw() & (2 ** 28 - 1)))
  return { memory, table, iovas }
}

function mapUnmapPage(format: FormatSpec): BenchCase {
  return {
    name: `pagetable/${format.id}/map-unmap-page`,
    ops: 1024,
    make() {
      const { table } = fresh(format)
      const random = new Xorshift()
      const slots = Float64Array.from({ length: 1024 }, () => (random.draw() & 0xf_ffff) * page)
      // One page stays in each table, so that no table comes and goes.
      for (const iova of slots) table.map(iova - (iova % 2 ** 20), 0, page, prot)
      return () => {
        let sum = 0
        for (let i = 0; i < 1024; i++) {
          const iova = slots[i]!
          sum += table.map(iova, iova, page, prot)
          sum += table.unmap(iova, page)
        }
        return sum
      }
    },
  }
}

function map2MiB(format: FormatSpec): BenchCase {
  return {
    name: `pagetable/${format.id}/map-unmap-2m-as-4k`,
    ops: 16,
    make() {
      const { table } = fresh(format)
      const random = new Xorshift()
      const bases = Float64Array.from({ length: 16 }, () => random.below(2047) * 2 ** 21)
      return () => {
        let sum = 0
        for (let i = 0; i < 16; i++) {
          const iova = bases[i]!
          sum += table.mapPages(iova, iova, page, 512, prot)
          sum += table.unmapPages(iova, page, 512)
        }
        return sum
      }
    },
  }
}

function walks(format: FormatSpec): BenchCase {
  return {
    name: `pagetable/${format.id}/walk`,
    ops: 1024,
    make() {
      const { memory, table, iovas } = populated(format)
      return () => {
        let sum = 0
        for (let i = 0; i < 1024; i++) {
          const found = walk(format, memory, table.root, iovas[i]!)
          if (found.kind === 'mapped') sum += found.address
        }
        return sum
      }
    },
  }
}

function lookups(format: FormatSpec): BenchCase {
  return {
    name: `pagetable/${format.id}/iova-to-phys`,
    ops: 1024,
    make() {
      const { table, iovas } = populated(format)
      return () => {
        let sum = 0
        for (let i = 0; i < 1024; i++) sum += table.iovaToPhys(iovas[i]!) ?? 0
        return sum
      }
    },
  }
}

/** A workload beside what Linux's own code took for it; it counts the callbacks. */
function beside(
  name: string,
  { perSecond, target }: NativeRate,
  ops: number,
  format: FormatSpec,
  make: (bed: Bed) => Work,
): BenchCase {
  const start = () => {
    const bed = new Bed(format)
    return Object.assign(make(bed), { callbacks: () => bed.callbacks.count })
  }
  return { name: `pagetable/${name}`, ops, native: 1e9 / perSecond, target, make: start }
}

const lpaeFormat = armLpaeS164
const v7sFormat = armV7sPlain
const workloads: BenchCase[] = [
  beside('a-lpae-random-4k', lpae.randomPages, 10_000, lpaeFormat, (bed) =>
    randomPages(bed, 10_000),
  ),
  beside('b-lpae-2m-as-4k', lpae.pagesOf2MiB, 200 * 512, lpaeFormat, (bed) =>
    pagesOf2MiB(bed, 200, 0x8000_1000),
  ),
  beside('c-lpae-1g-as-4k', lpae.gibibyteAsPages, 512 * 512, lpaeFormat, gibibyteAsPages),
  beside('d-lpae-iova-to-phys', lpae.lookups, 50_000, lpaeFormat, (bed) =>
    lookUps(bed, 50_000, 0x1_0000_0000),
  ),
  beside('e-lpae-2m-block', lpae.blocks, 20_000, lpaeFormat, (bed) => blocks(bed, 20_000)),
  beside('a-v7s-random-4k', v7s.randomPages, 10_000, v7sFormat, (bed) => randomPages(bed, 10_000)),
  beside('b-v7s-2m-as-4k', v7s.pagesOf2MiB, 200 * 512, v7sFormat, (bed) =>
    pagesOf2MiB(bed, 200, 0x1000),
  ),
  beside('d-v7s-iova-to-phys', v7s.lookups, 50_000, v7sFormat, (bed) =>
    lookUps(bed, 50_000, 0x4000_0000),
  ),
]

/** Workloads a to e, and every case of every format. */
export const pagetableCases: BenchCase[] = [
  ...workloads,
  ...[...formats].flatMap((format) => [
    mapUnmapPage(format),
    map2MiB(format),
    walks(format),
    lookups(format),
  ]),
]
