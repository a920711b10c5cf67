import { expect, test } from 'vitest'
import { EINVAL, ENODEV } from '../base/errno.ts'
import { parseDts } from '../devicetree/dts.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { ofDmaIsCoherent } from './coherent.ts'
import { ofDmaGetRange } from './dma-range.ts'

/** The node named `dev` of a tree whose root has these cells. */
function dev(body: string, rootCells = 2): DtNode {
  const { tree } = parseDts(
    `/dts-v1/; / { #address-cells = <${rootCells}>; #size-cells = <${rootCells}>; ${body} };`,
  )
  return tree?.nodes().find((n) => n.name === 'dev') as DtNode
}

test('reads the first tuple of the parent only', () => {
  const node = dev(`bus { #address-cells = <1>; #size-cells = <1>;
    dma-ranges = <0x80000000 0x8 0x0 0x20000000>, <0xc0000000 0x9 0x0 0x40000000>; dev { }; };`)
  expect(ofDmaGetRange(node)).toMatchObject({
    dmaAddr: 0x8000_0000,
    paddr: 0x8_0000_0000,
    size: 0x2000_0000,
  })
})

test('an empty property is 1:1 and the search goes on above it', () => {
  const node = dev(`soc { #address-cells = <1>; #size-cells = <1>;
    dma-ranges = <0x0 0x0 0x40000000 0x40000000>;
    bus { #address-cells = <1>; #size-cells = <1>; dma-ranges; dev { }; }; };`)
  const range = ofDmaGetRange(node)
  expect(range).toMatchObject({ dmaAddr: 0, paddr: 0x4000_0000, size: 0x4000_0000 })
  expect(typeof range === 'object' && range.bus.path).toBe('/soc')
})

test('a missing property ends the search with -ENODEV, whatever is above', () => {
  const node = dev(`soc { #address-cells = <1>; #size-cells = <1>;
    dma-ranges = <0x0 0x0 0x40000000 0x40000000>;
    bus { #address-cells = <1>; #size-cells = <1>; dev { }; }; };`)
  expect(ofDmaGetRange(node)).toBe(-ENODEV)
})

test('empty properties up to the root are no range', () => {
  expect(ofDmaGetRange(dev('dma-ranges; bus { dma-ranges; dev { }; };'))).toBe(-ENODEV)
})

test('a window that a bus above cannot translate is -EINVAL', () => {
  const above = (ranges: string): DtNode =>
    dev(`soc { #address-cells = <1>; #size-cells = <1>; ${ranges}
      bus { #address-cells = <1>; #size-cells = <1>; dma-ranges = <0x0 0x90000000 0x1000>;
        dev { }; }; };`)
  expect(ofDmaGetRange(above('dma-ranges = <0x80000000 0x0 0x0 0x1000>;'))).toBe(-EINVAL)
  expect(ofDmaGetRange(above(''))).toBe(-EINVAL)
  expect(ofDmaGetRange(above('dma-ranges;'))).toMatchObject({ paddr: 0x9000_0000 })
})

test('a property too short for one tuple is -EINVAL', () => {
  expect(ofDmaGetRange(dev('bus { dma-ranges = <0x0>; dev { }; };'))).toBe(-EINVAL)
})

test('cells that the bus does not have are inherited from above it', () => {
  const node = dev('bus { dma-ranges = <0x0 0x8 0x40000000>; dev { }; };', 1)
  expect(ofDmaGetRange(node)).toMatchObject({ dmaAddr: 0, paddr: 8, size: 0x4000_0000 })
})

test('coherency comes from the node or the nearest ancestor that says so', () => {
  expect(ofDmaIsCoherent(dev('bus { dev { dma-coherent; }; };'))?.name).toBe('dev')
  expect(ofDmaIsCoherent(dev('bus { dma-coherent; dev { }; };'))?.name).toBe('bus')
  expect(ofDmaIsCoherent(dev('bus { dev { dma-noncoherent; }; };'))).toBeNull()
  expect(ofDmaIsCoherent(dev('dma-coherent; bus { dev { dma-noncoherent; }; };'))).not.toBeNull()
})
