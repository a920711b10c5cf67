import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import type { Diagnostic } from '../base/diagnostic.ts'
import { parseDts } from './dts.ts'
import { memoryRanges, reservedMemory } from './memory.ts'
import type { DeviceTree } from './tree.ts'

const small = parseDts(
  readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8'),
).tree!

function tree(body: string): DeviceTree {
  const { tree, diagnostics } = parseDts(`/dts-v1/; / { ${body} };`)
  expect(diagnostics).toEqual([])
  return tree!
}

it('lists RAM in the cells of the root', () => {
  expect(memoryRanges(small).map((r) => [r.base, r.size, r.node.name])).toEqual([
    [0x8000_0000, 0x4000_0000, 'memory@80000000'],
    [0x8_8000_0000, 0x1_0000_0000, 'memory@80000000'],
  ])
})

it('keeps ranges of size 0, and takes usable memory and availability into account', () => {
  const t = tree(`
    memory { device_type = "memory"; reg = <0 0>; };
    m1 { device_type = "memory"; reg = <0 1>; linux,usable-memory = <0x100 2>; };
    m2 { device_type = "memory"; reg = <3 4>; status = "disabled"; };
    m3 { reg = <5 6>; };`)
  expect(memoryRanges(t).map((r) => [r.base, r.size])).toEqual([
    [0, 0],
    [0x100, 2],
  ])
})

it('lists what is reserved: entries of the blob, places, and sizes to be placed', () => {
  const diagnostics: Diagnostic[] = []
  const reserved = reservedMemory(small, diagnostics)
  expect(reserved).toMatchObject([
    { base: 0x1000, size: 0x2000, node: null, noMap: false },
    { base: 0x9f00_0000, size: 0x80_0000, noMap: true, reusable: false, alignment: null },
    {
      base: null,
      size: 0x400_0000,
      noMap: false,
      reusable: true,
      compatible: ['shared-dma-pool'],
      alignment: 0x40_0000,
      allocRanges: [{ base: 0x8000_0000, size: 0x2000_0000 }],
    },
  ])
  expect(reserved.length).toBe(3)
  // The other entry lies at the top of the 64-bit space.
  expect(diagnostics).toMatchObject([{ at: { path: '/', property: '/memreserve/' } }])
})

it('has one entry for each range, and none for disabled nodes or nodes without reg and size', () => {
  const t = tree(`reserved-memory { #address-cells = <1>; #size-cells = <1>; ranges;
    a { reg = <1 2>, <3 4>; size = <9>; }; b { reg = <5 6>; status = "disabled"; }; c { }; };`)
  expect(reservedMemory(t).map((r) => [r.base, r.size])).toEqual([
    [1, 2],
    [3, 4],
  ])
})

it('ignores /reserved-memory where Linux does', () => {
  for (const [head, message] of [
    ['#address-cells = <1>; #size-cells = <1>;', 'no ranges: Linux ignores the node'],
    ['#address-cells = <2>; #size-cells = <1>; ranges;', 'cell counts differ'],
    ['ranges;', 'cell counts differ'],
  ]) {
    const diagnostics: Diagnostic[] = []
    const t = tree(`reserved-memory { ${head} a { reg = <1 2>; }; };`)
    expect(reservedMemory(t, diagnostics)).toEqual([])
    expect(diagnostics[0]!.message).toContain(message)
  }
})
