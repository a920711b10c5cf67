/**
 * IOVA allocators: Linux's tree and magazines as modelled, and the allocator of our own, beside
 * what Linux's C costs. Before a case is timed its workload is run as the native one was and the
 * state compared with its checksum; a difference throws.
 */
import type { IovaAllocator } from '../src/dma/iova-allocator.ts'
import { IovaMagazines } from '../src/dma/iova-magazines.ts'
import { IovaRanges } from '../src/dma/iova-ranges.ts'
import { IovaTree } from '../src/dma/iova-tree.ts'
import type { BenchCase } from './case.ts'
import {
  type Checksum,
  type NativeCycle,
  type NativeFragments,
  cycles,
  fragments,
} from './iova-native.ts'
import { Cycle, LIMIT, type Taking } from './iova-workload.ts'

/** Our own allocator against the native tree: with many ranges live, and in a fragmented space. */
const MANY_LIVE = 0.1
const FRAGMENTED = 0.001
/** Timed runs before the state is made anew: fragmentation grows from run to run. */
const TIMED_RUNS = 5

const ns = (perSecond: number): number => 1e9 / perSecond

function must(holds: boolean, what: string): void {
  if (!holds) throw new Error(`bench iova: ${what}`)
}

function direct(space: IovaAllocator): Taking {
  return {
    space,
    take: (size) => space.alloc(size, LIMIT, true),
    give: (pfn) => {
      space.free(pfn)
    },
  }
}

function cached(): Taking {
  const space = new IovaTree(4096, 1)
  const caches = new IovaMagazines(space)
  return {
    space,
    take: (size) => caches.alloc(size, LIMIT, true),
    give: (pfn, size) => caches.free(pfn, size),
  }
}

function agree(cycle: Cycle, state: Checksum): void {
  const { sum, xor } = cycle.checksum()
  must(cycle.failed === 0, `${cycle.failed} allocations failed, none did natively`)
  must(sum === state.sum && xor === state.xor, `state ${sum} ${xor}, not ${state.sum} ${state.xor}`)
}

function cycleTree({ live, mask, tree }: NativeCycle): BenchCase {
  const start = () => new Cycle(direct(new IovaTree(4096, 1)), live, mask)
  return {
    name: `iova/f/${live / 1000}k/tree`,
    ops: tree.runs,
    native: ns(tree.perSecond),
    make() {
      let cycle = start()
      cycle.runAll(tree.runs)
      agree(cycle, tree.state)
      cycle.verify()
      let run = TIMED_RUNS
      // Making the state anew falls into one sample out of six, far from the median.
      return () => {
        if (run++ >= TIMED_RUNS) {
          cycle = start()
          run = 0
        }
        return cycle.run(tree.runs)
      }
    },
  }
}

function cycleCached({ live, mask, cached: native }: NativeCycle): BenchCase {
  return {
    name: `iova/f/${live / 1000}k/magazines`,
    ops: native.runs,
    native: ns(native.perSecond),
    make() {
      const cycle = new Cycle(cached(), live, mask)
      cycle.runAll(native.runs)
      agree(cycle, native.state)
      return () => cycle.run(native.runs)
    },
  }
}

/** The native peer is the tree: `magazines` are another thing, in front of either. */
function cycleRanges({ live, mask, tree }: NativeCycle): BenchCase {
  return {
    name: `iova/f/${live / 1000}k/ranges`,
    ops: tree.runs,
    native: ns(tree.perSecond),
    ...(live >= 60_000 && { target: MANY_LIVE }),
    make() {
      const cycle = new Cycle(direct(new IovaRanges(1)), live, mask)
      cycle.runAll(tree.runs)
      must(cycle.failed === 0, 'an allocation failed')
      cycle.verify()
      return () => cycle.run(tree.runs)
    },
  }
}

/** A space filled frame by frame of which every odd frame is free again. */
function fragmented<T extends IovaAllocator>(space: T, native: NativeFragments): T {
  let filled = 0
  while (space.alloc(1, LIMIT, true) !== null) filled++
  must(filled === native.filled, `${filled} frames filled, not ${native.filled}`)
  for (let pfn = native.startPfn | 1; pfn <= LIMIT; pfn += 2) space.free(pfn)
  must(space.live === native.live, `${space.live} live, not ${native.live}`)
  return space
}

/** Opens the one hole that 16 frames fit into, at the bottom; returns its first frame. */
function openHole(space: IovaAllocator, { startPfn }: NativeFragments): number {
  const hole = (startPfn + 31) & ~15
  for (let pfn = hole; pfn < hole + 16; pfn += 2) space.free(pfn)
  must(space.alloc(16, LIMIT, true) === hole, 'the hole is not found')
  space.free(hole)
  return hole
}

/**
 * A search through all ranges that fails. The native run frees and reserves a frame in between,
 * untimed, because a refusal is remembered; here frame 0, below the space searched, lifts it at once.
 */
function failTree(native: NativeFragments): BenchCase {
  return {
    name: `iova/g/${native.name}/fail/tree`,
    native: ns(native.failPerSecond),
    make() {
      const space = fragmented(new IovaTree(4096, native.startPfn), native)
      space.reserve(0, 0)
      const before = space.steps
      space.free(0)
      must(space.alloc(16, LIMIT, true) === null, '16 frames fit')
      // The search ends where 16 frames would begin below the space.
      must(space.steps - before > native.live - 16, 'the search is not a full one')
      return () => {
        space.reserve(0, 0)
        space.free(0)
        return space.alloc(16, LIMIT, true) ?? 0
      }
    },
  }
}

/** The refusal that is remembered. */
function refuseTree(native: NativeFragments): BenchCase {
  return {
    name: `iova/g/${native.name}/refuse/tree`,
    ops: 1000,
    native: ns(native.refusePerSecond),
    make() {
      const space = fragmented(new IovaTree(4096, native.startPfn), native)
      return () => failing(space)
    },
  }
}

/** Nothing is remembered: each failure is a search. */
function failRanges(native: NativeFragments): BenchCase {
  return {
    name: `iova/g/${native.name}/fail/ranges`,
    ops: 1000,
    native: ns(native.failPerSecond),
    target: FRAGMENTED,
    make() {
      const space = fragmented(new IovaRanges(native.startPfn), native)
      must(failing(space) === 0, '16 frames fit')
      return () => failing(space)
    },
  }
}

function failing(space: IovaAllocator): number {
  let sum = 0
  for (let i = 0; i < 1000; i++) sum += space.alloc(16, LIMIT, true) ?? 0
  return sum
}

/**
 * A search from the top for the one hole at the bottom. Taking the top frame anew moves the start
 * there (natively untimed, as is giving the hole back; both cost next to nothing beside the search).
 */
function succeedTree(native: NativeFragments): BenchCase {
  return {
    name: `iova/g/${native.name}/succeed/tree`,
    native: ns(native.succeedPerSecond),
    make() {
      const space = fragmented(new IovaTree(4096, native.startPfn), native)
      const hole = openHole(space, native)
      space.free(LIMIT - 1)
      must(space.alloc(1, LIMIT, true) === LIMIT, 'the top frame is free')
      return () => {
        space.free(LIMIT)
        space.alloc(1, LIMIT, true)
        const pfn = space.alloc(16, LIMIT, true)
        must(pfn === hole, 'another hole')
        space.free(hole)
        return hole
      }
    },
  }
}

/** The same; the time includes giving the hole back, which the native time does not. */
function succeedRanges(native: NativeFragments): BenchCase {
  return {
    name: `iova/g/${native.name}/succeed/ranges`,
    ops: 1000,
    native: ns(native.succeedPerSecond),
    target: FRAGMENTED,
    make() {
      const space = fragmented(new IovaRanges(native.startPfn), native)
      const hole = openHole(space, native)
      return () => {
        for (let i = 0; i < 1000; i++) {
          must(space.alloc(16, LIMIT, true) === hole, 'another hole')
          space.free(hole)
        }
        return hole
      }
    },
  }
}

/** Workloads f and g. */
export const iovaCases: BenchCase[] = [
  ...cycles.flatMap((c) => [cycleTree(c), cycleCached(c), cycleRanges(c)]),
  ...fragments.flatMap((g) => [
    failTree(g),
    refuseTree(g),
    failRanges(g),
    succeedTree(g),
    succeedRanges(g),
  ]),
]
