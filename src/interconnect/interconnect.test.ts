import { describe, expect, it } from 'vitest'
import { Journal } from '../base/journal.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { fillPattern } from '../base/pattern.ts'
import type { DmaPort } from '../base/dma-port.ts'
import { parseDts } from '../devicetree/dts.ts'
import type { DeviceTree } from '../devicetree/tree.ts'
import { CpuCache } from './cpu-cache.ts'
import { Interconnect } from './interconnect.ts'
import { describeRun } from './traffic-log.ts'
import type { Access, Translation, TranslationUnit } from './translation.ts'
import { type MasterWiring, Wiring } from './wiring.ts'

/** An IOMMU for tests: pages by number, or everything passes. */
class PageUnit implements TranslationUnit {
  readonly name: string
  pages: Map<number, number> | null = null
  readonly seen: Access[] = []

  constructor(name: string) {
    this.name = name
  }

  translate(access: Access): Translation {
    this.seen.push(access)
    if (this.pages === null) return { kind: 'pass', why: 'paging is off' }
    const { address, write } = access
    const page = this.pages.get(Math.floor(address / 4096))
    if (page !== undefined) return { kind: 'translated', address: page * 4096 + (address % 4096) }
    const registers = [{ name: 'FAULT_ADDR', value: address }]
    const fault = {
      block: this.name,
      kind: 'translation',
      address,
      write,
      detail: 'no entry',
    } as const
    return { kind: 'fault', fault: { ...fault, registers } }
  }
}

/** Two banks, a bus with two windows under a bus with one, masters on each. */
const source = `/dts-v1/; / {
  #address-cells = <2>; #size-cells = <2>;
  mmu: iommu@100 { #iommu-cells = <1>; };
  outer {
    #address-cells = <2>; #size-cells = <2>;
    ranges;
    dma-ranges = <0 0x00000000 0 0x80000000 0 0x40000000>;
    inner {
      #address-cells = <1>; #size-cells = <1>;
      ranges = <0 0 0 0x10000000>;
      dma-ranges = <0xc0000000 0 0x00000000 0x1000>, <0xd0000000 0 0x00100000 0x100000>;
      deep { };
    };
    shallow { dma-coherent; };
  };
  free { };
  far { dma-coherent; };
  translated { iommus = <&mmu 7>, <&mmu 8>; };
};`

const LOW = 0x8000_0000
const HIGH = 0x2_0000_0000

function board() {
  const tree = parseDts(source).tree as DeviceTree
  const memory = new PhysicalMemory([
    { base: LOW, size: 0x20_0000 },
    { base: HIGH, size: 0x20_0000 },
  ])
  const cache = new CpuCache(memory)
  const journal = new Journal()
  const unit = new PageUnit('100.iommu')
  const wiring = new Wiring(tree, () => 1)
  const interconnect = new Interconnect({ memory, cache, unit: () => unit, journal })
  const master = (path: string) => wiring.of(path) as MasterWiring
  const port = (path: string, index = 0) => interconnect.port(master(path), index, path.slice(1))
  const trace = (path: string) =>
    interconnect.trace(master(path)).map((log) => log.runs.map(describeRun))
  return { memory, cache, journal, unit, interconnect, master, port, trace }
}

function readAt(port: DmaPort, address: number, length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  expect(port.read(address, bytes)).toEqual({ ok: true })
  return bytes
}

describe('a port on nested buses', () => {
  it('goes through every window of every level', () => {
    const { memory, port, trace } = board()
    const bytes = fillPattern(new Uint8Array(16), 1)
    memory.writeBytes(LOW + 0x10_0040, bytes)
    expect(readAt(port('/outer/inner/deep'), 0xd000_0040, 16)).toEqual(bytes)
    expect(trace('/outer/inner/deep')).toEqual([
      ['issued 0xd0000040 (16 bytes), not translated, read 0x80100040'],
    ])
  })

  it('is refused by the bus that has no window there, and the journal says which', () => {
    const { port, journal } = board()
    const response = port('/outer/inner/deep').write(0x8000_0000, new Uint8Array(4))
    expect(response).toMatchObject({
      ok: false,
      fault: { block: '/outer/inner', kind: 'outside-window', address: 0x8000_0000, write: true },
    })
    expect(journal.events[0]).toMatchObject({ kind: 'fault', subject: 'outer/inner/deep' })
    expect(journal.events[0]?.causes[0]).toMatchObject({
      kind: 'tree',
      node: '/outer/inner',
      property: 'dma-ranges',
    })
  })

  it('may not run over the end of a window', () => {
    const { port } = board()
    const deep = port('/outer/inner/deep')
    expect(readAt(deep, 0xc000_0ff0, 16)).toHaveLength(16)
    const response = deep.read(0xc000_0ff0, new Uint8Array(32))
    expect(response).toMatchObject({ ok: false, fault: { address: 0xc000_1000 } })
  })

  it('is refused where its window leads to no memory', () => {
    const { port } = board()
    const response = port('/outer/shallow').read(0x1000_0000, new Uint8Array(4))
    expect(response).toMatchObject({
      ok: false,
      fault: { block: 'interconnect', kind: 'no-target', address: 0x9000_0000 },
    })
  })

  it('keeps its addresses without dma-ranges, above 4 GiB too', () => {
    const { memory, port } = board()
    expect(port('/free').write(HIGH + 0x123, Uint8Array.of(1, 2, 3))).toEqual({ ok: true })
    const back = new Uint8Array(3)
    memory.readBytes(HIGH + 0x123, back)
    expect([...back]).toEqual([1, 2, 3])
  })
})

describe('a port behind an IOMMU', () => {
  it('asks for each page of an unaligned access, with the stream of its entry', () => {
    const { memory, unit, port, trace } = board()
    const bytes = fillPattern(new Uint8Array(0x2000), 2)
    unit.pages = new Map([
      [0x10, LOW / 4096 + 9],
      [0x11, HIGH / 4096 + 1],
      [0x12, HIGH / 4096 + 2],
    ])
    expect(port('/translated', 1).write(0x1_0800, bytes)).toEqual({ ok: true })
    expect(unit.seen.map((a) => [a.address, a.stream])).toEqual([
      [0x1_0800, [8]],
      [0x1_1000, [8]],
      [0x1_2000, [8]],
    ])
    const pieces = [
      [LOW + 0x9800, 0x800],
      [HIGH + 0x1000, 0x1800],
    ].map(([at, length]) => {
      const piece = new Uint8Array(length!)
      memory.readBytes(at!, piece)
      return [...piece]
    })
    expect(pieces.flat()).toEqual([...bytes])
    expect(trace('/translated')).toEqual([
      [],
      [
        'issued 0x00010800 (2 KiB), translated, wrote 0x80009800',
        'issued 0x00011000 (6 KiB), translated, wrote 0x2_0000_1000',
      ],
    ])
  })

  it('stops at the page that is refused; the pages before it are done', () => {
    const { memory, unit, port, journal, trace } = board()
    unit.pages = new Map([[0x10, LOW / 4096]])
    const response = port('/translated').write(0x1_0ffe, Uint8Array.of(1, 2, 3, 4))
    expect(response).toMatchObject({ ok: false, fault: { block: '100.iommu', address: 0x1_1000 } })
    expect(memory.read32(LOW + 0xffc)).toBe(0x0201_0000)
    expect(trace('/translated')[0]).toEqual([
      'issued 0x00010ffe (2 bytes), translated, wrote 0x80000ffe',
      'issued 0x00011000 (2 bytes), write refused: 100.iommu: no entry',
    ])
    expect(journal.events.map((e) => e.text)).toEqual([
      'write to 0x00011000 refused by 100.iommu: no entry',
    ])
    expect(journal.events[0]?.causes).toEqual([
      { kind: 'register', block: '100.iommu', register: 'FAULT_ADDR', value: 0x1_1000 },
    ])
  })

  it('goes on to the bus unchanged while the IOMMU passes', () => {
    const { port, interconnect, master } = board()
    readAt(port('/translated'), LOW + 0x800, 0x1000)
    const [first] = interconnect.trace(master('/translated'))
    expect(first?.runs).toEqual([
      {
        write: false,
        iova: LOW + 0x800,
        physical: LOW + 0x800,
        size: 0x1000,
        how: 'pass',
        why: '100.iommu: paging is off',
      },
    ])
    interconnect.clearTrace(master('/translated'))
    expect(first?.runs).toEqual([])
  })

  it('passes where there is no model of the IOMMU, and says so', () => {
    const { memory, cache, master } = board()
    const interconnect = new Interconnect({ memory, cache, unit: () => null })
    readAt(interconnect.ports(master('/translated'), 'm')[1]!, LOW, 4)
    expect(interconnect.trace(master('/translated'))[1]?.runs[0]?.why).toBe(
      'no model of the IOMMU /iommu@100',
    )
  })

  it('is refused where the translation leads to no memory', () => {
    const { unit, port } = board()
    unit.pages = new Map([[1, 1]])
    const response = port('/translated').read(0x1010, new Uint8Array(4))
    expect(response).toMatchObject({ ok: false, fault: { kind: 'no-target', address: 0x1010 } })
  })
})

describe('coherency', () => {
  it('lets a coherent master read what only the cache has', () => {
    const { cache, port } = board()
    cache.write(LOW + 0x100, Uint8Array.of(7, 7, 7, 7))
    expect([...readAt(port('/far'), LOW + 0x100, 4)]).toEqual([7, 7, 7, 7])
    expect([...readAt(port('/free'), LOW + 0x100, 4)]).toEqual([0, 0, 0, 0])
  })

  it('lets the CPU see what a coherent master wrote, and not what another one wrote', () => {
    const { cache, port } = board()
    const seen = new Uint8Array(1)
    cache.read(LOW, seen)
    cache.read(LOW + 0x1000, seen)
    port('/far').write(LOW, Uint8Array.of(5))
    port('/free').write(LOW + 0x1000, Uint8Array.of(5))
    cache.read(LOW, seen)
    expect(seen[0]).toBe(5)
    cache.read(LOW + 0x1000, seen)
    expect(seen[0]).toBe(0)
  })
})
