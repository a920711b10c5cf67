import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PhysicalMemory } from '../base/memory.ts'
import type { FormatSpec, Protection } from './contract.ts'
import { formats } from './formats.ts'
import { createPageTable } from './table.ts'
import { TableArena } from './table-arena.ts'

/** Below 4 GiB, and above it for formats whose links reach so far. */
const bases = [0x8000_0000, 0x8_8000_0000]
const size = 0x100_0000

type Step =
  | { op: 'map'; slot: number; to: number; lg2: number; count: number; prot: Protection }
  | { op: 'unmap'; slot: number; lg2: number; count: number }
  | { op: 'spoil'; word: number; value: number }

const stepOf = (format: FormatSpec, pages: readonly number[]): fc.Arbitrary<Step> => {
  /** Pages at the beginning, around the end of a table, somewhere, and about the first that is too wide. */
  const within = (bits: number) =>
    fc.oneof(
      { weight: 3, arbitrary: fc.nat(40) },
      { weight: 3, arbitrary: fc.integer({ min: 500, max: 530 }) },
      { weight: 3, arbitrary: fc.nat(100_000) },
      { weight: 1, arbitrary: fc.integer({ min: -40, max: 8 }).map((i) => 2 ** (bits - 12) + i) },
      { weight: 1, arbitrary: fc.integer({ min: -3, max: -1 }) },
    )
  const slot = within(format.iovaBits)
  const to = within(format.outputBits)
  const count = fc.oneof(
    fc.constant(1),
    fc.integer({ min: 2, max: 40 }),
    fc.integer({ min: 0, max: 600 }),
  )
  const lg2 = fc.constantFrom(...pages)
  const prot = fc.record({ read: fc.boolean(), write: fc.boolean(), cache: fc.boolean() })
  return fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ op: fc.constant('map' as const), slot, to, lg2, count, prot }),
    },
    { weight: 5, arbitrary: fc.record({ op: fc.constant('unmap' as const), slot, lg2, count }) },
    {
      weight: 1,
      arbitrary: fc.record({
        op: fc.constant('spoil' as const),
        word: fc.nat(0x8000),
        value: fc.integer(),
      }),
    },
  )
}

/** A table, and all that can be seen of what is done to it. */
function world(format: FormatSpec, base: number, asLinux: boolean, flat: boolean) {
  const memory = new PhysicalMemory([{ base, size }], { flat })
  const pages = new TableArena(memory, base, size)
  const told: string[] = []
  const tlb = {
    walk: (iova: number, bytes: number, granule: number) =>
      told.push(`walk ${iova} ${bytes} ${granule}`),
    // Runs of pages may be told in one call or several.
    page(iova: number, bytes: number, count: number) {
      for (let i = 0; i < count; i++) told.push(`page ${iova + i * bytes} ${bytes}`)
    },
  }
  const table = createPageTable(format, { memory, pages, tlb, asLinux })
  if (table === null) throw new Error('no root')
  const act = (step: Step): unknown => {
    told.length = 0
    if (step.op === 'spoil') {
      memory.write32(base + step.word * 4, step.value)
      return null
    }
    const bytes = 2 ** step.lg2
    const iova = Math.floor((step.slot * 4096) / bytes) * bytes
    if (step.op === 'unmap') {
      return [table.unmapPages(iova, bytes, step.count), table.written, table.warnings, ...told]
    }
    const to = Math.floor((step.to * 4096) / bytes) * bytes
    const result = table.mapPages(iova, to, bytes, step.count, step.prot)
    const { mapped, written, warnings, conflict, installedTable } = table
    return [result, mapped, written, warnings, conflict, installedTable, ...told]
  }
  const words = () => {
    const bytes = new Uint8Array(0x4_0000)
    memory.readBytes(base, bytes)
    return bytes
  }
  return { table, act, words }
}

/** Runs an action; what it throws is an answer, too. */
function answer(action: () => unknown): unknown {
  try {
    return action()
  } catch (error) {
    return error instanceof Error ? error.message : error
  }
}

describe('on memory that is one array, everything is as on memory in chunks', () => {
  // The others have no short way: direct.ts asks for formats that a few bits decide.
  const decided = [...formats].filter((f) => f.levels.every((l) => l.decidedBy !== undefined))
  for (const format of decided) {
    test(`${format.id}`, () => {
      const steps = fc.array(
        stepOf(format, format.levels.flatMap((l) => l.leaves.map((leaf) => leaf.lg2)).slice(-4)),
        {
          minLength: 1,
          maxLength: 25,
        },
      )
      fc.assert(
        fc.property(
          steps,
          fc.boolean(),
          fc.boolean(),
          fc.nat(1),
          (list, spoils, asLinux, above) => {
            const base = bases[format.wordBits === 64 && format.outputBits >= 36 ? above : 0]!
            const fast = world(format, base, asLinux, true)
            const slow = world(format, base, asLinux, false)
            for (const step of list) {
              if (step.op === 'spoil' && !spoils) continue
              expect(answer(() => fast.act(step))).toEqual(answer(() => slow.act(step)))
              if (step.op === 'spoil') continue
              const iova = step.slot * 4096
              for (const at of [iova, iova + 4096, iova + 123]) {
                const to = answer(() => slow.table.iovaToPhys(at))
                expect(answer(() => fast.table.iovaToPhys(at))).toEqual(to)
                if (typeof to !== 'string') expect(fast.table.translate(at)).toBe(to ?? -1)
              }
            }
            const words = slow.words()
            expect(fast.words().findIndex((byte, i) => byte !== words[i])).toBe(-1)
          },
        ),
        { numRuns: 25 },
      )
    })
  }
})
