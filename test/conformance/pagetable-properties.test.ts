import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PhysicalMemory } from '../../src/base/memory.ts'
import type { FormatSpec, PageTable, Protection } from '../../src/pagetable/contract.ts'
import { formats } from '../../src/pagetable/formats.ts'
import { mappings } from '../../src/pagetable/mappings.ts'
import { type ReferenceFormat, references } from '../reference/pagetable.ts'
import { freshTable, hardwareWalk, referenceWalk } from './pagetable-fixture.ts'

/** What the model knows of one 4 KiB page: where it goes and which larger page it belongs to. */
interface Page {
  address: number
  write: boolean
  /** First address and bytes of the page it was mapped as. */
  start: number
  size: number
}

type Step = {
  map: boolean
  window: number
  slot: number
  size: number
  output: number
  ro: boolean
}

const granule = 4096
const outcomes = new Map<string, number>()

const step: fc.Arbitrary<Step> = fc.record({
  map: fc.boolean(),
  window: fc.nat(3),
  slot: fc.nat(0x7ff),
  size: fc.nat(15),
  output: fc.nat(0xfff),
  ro: fc.boolean(),
})

/** Windows of the address space: its start, a border inside, and its last bytes. */
function windowStart(format: FormatSpec, window: number, size: number): number {
  const end = 2 ** format.iovaBits
  return [0, 2 ** 30 - 2 ** 24, Math.min(2 ** 31, end / 2), end - Math.max(2 ** 24, size)][
    window
  ] as number
}

/** Runs the steps on the engine and on a plain Map, and compares after each. */
function run(format: FormatSpec, steps: readonly Step[]): void {
  const reference = references[format.id]
  const { memory, arena, table } = freshTable(format)
  if (table === null || reference === undefined) throw new Error('no table')
  const model = new Map<number, Page>()
  const { behaviour } = format
  const inRange = (iova: number, size: number) => {
    const found: Page[] = []
    for (let a = iova; a < iova + size; a += granule) {
      const page = model.get(a)
      if (page !== undefined) found.push(page)
    }
    return found
  }
  const drop = (iova: number, size: number) => {
    for (let a = iova; a < iova + size; a += granule) model.delete(a)
  }
  // Pages of 1 GiB are left to the conformance suite: the model would have a million rows.
  const sizes = table.pageSizes.filter((s) => s <= 2 ** 24)
  const spanOf = (size: number) =>
    Math.max(...format.levels.map((l) => 2 ** l.shift).filter((s) => s <= size))

  const anyOverlap = behaviour.mapOverTable === 'replace-empty' || format.runs !== undefined
  const mapped: number[] = []
  for (const s of steps) {
    const size = sizes[s.size % sizes.length] as number
    const base = windowStart(format, s.window, size)
    const slots = Math.floor(2 ** 24 / size)
    const known = !s.map && s.slot % 4 !== 0 ? mapped[s.slot % mapped.length] : undefined
    const at = known ?? base + (s.slot % slots) * size
    const iova = at - (at % size)
    const there = inRange(iova, size)
    if (s.map) {
      const address = (s.output * size) % 2 ** format.outputBits
      const prot: Protection = { read: true, write: !s.ro }
      // Overwriting formats: only pages of the same size, Linux itself goes wrong on the others.
      if (behaviour.overMap === 'overwrite' && there.some((p) => p.size !== size)) continue
      const result = table.map(iova, address, size, prot)
      const collides = there.some((p) => anyOverlap || spanOf(p.size) >= spanOf(size))
      count(format, collides ? 'collision' : 'map')
      const keeps = behaviour.overMapKeeps === 'old'
      const overwrites = behaviour.overMapLarge === 'overwrite' && spanOf(size) > granule
      if (keeps && collides && !overwrites) {
        expect(result).toBe(0)
        continue
      }
      if (behaviour.overMap !== 'overwrite' && collides && !overwrites) {
        expect(result).toBe(behaviour.overMap)
        // Tables before the entry that refuses are gone all the same.
        for (let at = iova; !anyOverlap && at < iova + size; at += spanOf(size)) {
          if (inRange(at, spanOf(size)).some((p) => spanOf(p.size) >= spanOf(size))) break
          drop(at, spanOf(size))
        }
        continue
      }
      expect(result).toBe(0)
      drop(iova, size)
      mapped.push(iova)
      // A run of hardware pages has no larger page to belong to.
      const whole = format.runs === undefined ? size : granule
      for (let at = 0; at < size; at += granule) {
        model.set(iova + at, {
          address: address + at,
          write: prot.write,
          start: iova + at - (at % whole),
          size: whole,
        })
      }
      continue
    }
    count(format, there.length === 0 ? 'unmap of nothing' : 'unmap')
    const answer = table.unmap(iova, size)
    const first = model.get(iova)
    const missing = behaviour.unmapMissingTable ?? behaviour.unmapHole
    if (behaviour.unmapsRootEntry === true && size >= 2 ** (format.levels[0]?.shift ?? 64)) {
      expect(answer).toBe(size)
      drop(iova, size)
      continue
    }
    if (behaviour.unmapPart === 'refuse' && first !== undefined && first.size > size) {
      expect(answer).toBe(0)
      continue
    }
    if (behaviour.unmapExtent === 'entries') {
      // Holes count where a last-level table is, which the model does not know: follow the answer.
      let done = 0
      for (let at = iova; done < answer; ) {
        const page = model.get(at)
        const step = page?.size ?? granule
        if (page !== undefined) drop(page.start, page.size)
        done += step
        at = (page?.start ?? at) + step
      }
      expect(done).toBe(answer)
      if (there.length > 0 && model.get(iova) === undefined && first !== undefined) {
        expect(answer).toBeGreaterThanOrEqual(Math.min(size, first.size))
      }
      continue
    }
    if (behaviour.unmapExtent === 'range-from-address') {
      expect(answer).toBeGreaterThanOrEqual(size)
      if (first !== undefined) expect(answer).toBe(Math.max(size, first.size))
      // A hole is as wide as the entry where the way down ends: follow the answer.
      for (const { start, size: whole } of [...model.values()]) {
        if (iova <= start && start + whole <= iova + answer) drop(start, whole)
      }
      continue
    }
    if (behaviour.unmapExtent === 'range') {
      expect(answer).toBeGreaterThanOrEqual(size)
      if (first !== undefined) {
        expect(answer).toBe(Math.max(size, first.size))
        drop(first.start, first.size)
      }
      drop(iova, size)
      continue
    }
    if (behaviour.unmapExtent === 'entry') {
      const part = first !== undefined && size < first.size
      const begins = first?.start === iova && first.size < 2 ** (format.levels[0]?.shift ?? 64)
      const refused =
        part &&
        (behaviour.unmapPart === 'refuse' || (behaviour.unmapPart === 'whole-at-start' && !begins))
      if (refused) expect(answer).toBe(0)
      else if (first !== undefined) {
        expect(answer).toBe(first.size)
        drop(first.start, first.size)
      } else if (missing !== 'stop') expect(answer).toBeGreaterThan(0)
      continue
    }
    // What is left of a larger page that was split is small pages.
    for (const { start, size: whole } of there) {
      if (whole <= size) continue
      // Where maps overwrite, 0: how large the pieces are is not known, and nothing goes over them.
      const piece = behaviour.overMap === 'overwrite' ? 0 : granule
      // Of a page of several entries, only the entry that is met is split further.
      const entry = spanOf(whole)
      for (let at = start; at < start + whole; at += granule) {
        const page = model.get(at)
        const met = whole === entry || Math.floor(at / entry) === Math.floor(iova / entry)
        if (page === undefined) continue
        page.size = piece === 0 || met ? piece : entry
        if (page.size > 0) page.start = at - (at % page.size)
      }
    }
    if (behaviour.unmapChecksPage === true && spanOf(size) < size) {
      const entry = spanOf(size)
      const mapped = Array.from({ length: size / entry }, (_, i) =>
        inRange(iova + i * entry, entry),
      )
      const holes = mapped.some((pages) => pages.length === 0)
      // An entry that nothing is mapped below may be an empty table, which is no hole.
      if (!holes || answer !== 0) expect(answer).toBe(size)
      if (answer === size) drop(iova, size)
      continue
    }
    if (behaviour.unmapHole === 'count') {
      const none = missing === 'stop' && there.length === 0 && answer === 0
      if (!none) expect(answer).toBe(size)
      drop(iova, size)
    } else if (format.runs !== undefined || spanOf(size) === granule) {
      let done = 0
      while (done < size && model.delete(iova + done)) done += granule
      expect(answer).toBe(done)
    } else {
      if (there.length > 0) expect(answer).toBe(size)
      drop(iova, size)
    }
  }

  const stride = Math.ceil(model.size / 200)
  const pages = [...model].filter((_, row) => row % stride === 0)
  const wrong = pages.map((row) => difference(format, reference, memory, table, row))
  expect(wrong.filter((text) => text !== null)).toEqual([])
  let bytes = 0
  for (const mapping of mappings(table)) bytes += mapping.size
  expect(bytes).toBe(model.size * granule)
  const shared = format.levels[0]?.emptyLink === true ? 1 : 0
  expect(arena.liveTables).toBe(table.tableCount + 1 + shared)
  table.destroy()
  expect(arena.liveTables).toBe(0)
}

/** How one page differs from the model, or null. Plain comparisons: they run often. */
function difference(
  format: FormatSpec,
  reference: ReferenceFormat,
  memory: PhysicalMemory,
  table: PageTable,
  [iova, page]: [number, Page],
): string | null {
  // Above 2^53 a number takes no odd byte.
  const within = iova < 2 ** 53 ? iova % 4093 : 0
  const at = iova + within
  const address = page.address + within
  const wanted = `${address} true ${page.write || reference.permissions === 'none'}`
  const shown = [
    hardwareWalk(format, memory, table.root, at),
    referenceWalk(reference, memory, table.root, at),
  ].map((a) => `${a?.address} ${a?.read} ${a?.write}`)
  const same = shown[0] === wanted && shown[1] === wanted && table.iovaToPhys(at) === address
  return same ? null : `at ${at}: ${shown.join(', ')}, expected ${wanted}`
}

function count(format: FormatSpec, what: string): void {
  const key = `${format.id}: ${what}`
  outcomes.set(key, (outcomes.get(key) ?? 0) + 1)
}

/** Random sequences a format; each kind of outcome has to come more often than once in one. */
const SEQUENCES = 25

describe('random map and unmap against a plain Map and the reference walker', () => {
  for (const format of formats) {
    it(`${format.id}: same pages, same answers, nothing leaked`, () => {
      const property = fc.property(fc.array(step, { minLength: 20, maxLength: 60 }), (steps) => {
        // Half of the maps aim at few places, so that they meet.
        run(
          format,
          steps.map((s, i) => (s.map && i % 2 === 0 ? { ...s, window: 0, slot: s.slot % 5 } : s)),
        )
      })
      fc.assert(property, { numRuns: SEQUENCES, seed: 20150123 })
      const expected = format.behaviour.overMap === 'overwrite' ? [] : ['collision']
      for (const what of ['map', 'unmap', 'unmap of nothing', ...expected]) {
        expect(outcomes.get(`${format.id}: ${what}`) ?? 0, what).toBeGreaterThan(SEQUENCES)
      }
    })
  }
})
