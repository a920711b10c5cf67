import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Diagnostic } from '../base/diagnostic.ts'
import { dmaAddressOf, dmaParent, dmaWindows, translateDma } from './dma-windows.ts'
import { parseDts } from './dts.ts'
import type { DeviceTree } from './tree.ts'

const small = parseDts(
  readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8'),
).tree!
const at = (path: string) => small.byPath(path)!

function tree(body: string): DeviceTree {
  const { tree, diagnostics } = parseDts(`/dts-v1/; / { ${body} };`)
  expect(diagnostics).toEqual([])
  return tree!
}

it('lists every bus from the device upwards', () => {
  expect(dmaWindows(at('/soc/bus@400000/crypto@1000'))).toMatchObject([
    { path: '/soc/bus@400000', windows: 'identity' },
    {
      path: '/soc',
      windows: [
        { child: 0, parent: 0x8000_0000, size: 0x4000_0000 },
        { child: 0x4000_0000, parent: 0x8_8000_0000, size: 0x8000_0000 },
      ],
    },
  ])
  expect(dmaWindows(at('/soc'))).toEqual([])
  expect(dmaWindows(at('/cpus/cpu@500'))).toMatchObject([{ path: '/cpus', windows: 'absent' }])
})

it('reads PCI windows, with their flags beside', () => {
  expect(dmaWindows(at('/pcie@40000000/port@0'))).toMatchObject([
    {
      path: '/pcie@40000000',
      windows: [{ child: 0, parent: 0x8000_0000, size: 0x4000_0000, flags: 0x0200_0000 }],
    },
  ])
})

it('translates with every window of every level, and passes on where there is none', () => {
  const crypto = at('/soc/bus@400000/crypto@1000')
  expect(translateDma(crypto, 0x1000)).toBe(0x8000_1000)
  expect(translateDma(crypto, 0x3fff_ffff)).toBe(0xbfff_ffff)
  expect(translateDma(crypto, 0x4000_0000)).toBe(0x8_8000_0000)
  expect(translateDma(crypto, 0xc000_0000)).toBe(null)
  expect(translateDma(at('/pcie@40000000/port@0/nvme@0'), 0x1000)).toBe(0x8000_1000)
  expect(translateDma(at('/soc'), 0x1234)).toBe(0x1234)
})

it('finds the bus address of a physical one', () => {
  const vop = at('/soc/vop@ff930000')
  expect(dmaAddressOf(vop, 0x8_8000_1000)).toBe(0x4000_1000)
  expect(dmaAddressOf(vop, 0x8000_0000)).toBe(0)
  expect(dmaAddressOf(vop, 0x7fff_ffff)).toBe(null)
})

it('finds a way through when the first window of a level leads nowhere', () => {
  const t = tree(`#address-cells = <1>; #size-cells = <1>;
    outer { #address-cells = <1>; #size-cells = <1>;
      dma-ranges = <0x1000 0x80000000 0x1000>, <0x5000 0x80000000 0x1000>;
      inner { #address-cells = <1>; #size-cells = <1>; dma-ranges = <0 0x5000 0x1000>; dev {}; }; };`)
  const dev = t.byPath('/outer/inner/dev')!
  expect(dmaAddressOf(dev, 0x8000_0010)).toBe(0x10)
  expect(translateDma(dev, 0x10)).toBe(0x8000_0010)
})

it('takes a property without a whole tuple as none, and cuts a size of 2^64', () => {
  const short = tree('b { #address-cells = <1>; #size-cells = <1>; dma-ranges = <0 0>; n {}; };')
  expect(dmaWindows(short.byPath('/b/n')!)).toMatchObject([{ windows: [] }])
  expect(translateDma(short.byPath('/b/n')!, 7)).toBe(7)
  const all = tree(`#address-cells = <2>; #size-cells = <2>;
    b { dma-ranges = <0 0 0 0 0xffffffff 0xffffffff>, <0xffffffff 0 0 0 0 1>; n {}; };`)
  const diagnostics: Diagnostic[] = []
  const n = all.byPath('/b/n')!
  expect(dmaWindows(n, undefined, diagnostics)).toMatchObject([
    { windows: [{ child: 0, parent: 0, size: Number.MAX_SAFE_INTEGER }] },
  ])
  expect(diagnostics).toMatchObject([{ at: { path: '/b', property: 'dma-ranges' } }])
  expect(translateDma(n, 2 ** 40)).toBe(2 ** 40)
})

it('follows the interconnect named dma-mem where asked to', () => {
  const t = tree(`#address-cells = <1>; #size-cells = <1>;
    soc { #address-cells = <1>; #size-cells = <1>; ranges; dma-ranges;
      mbus: dram { #interconnect-cells = <1>; #address-cells = <1>; #size-cells = <1>;
        dma-ranges = <0 0x40000000 0xc0000000>; };
      de { interconnects = <&mbus 59>; interconnect-names = "dma-mem"; };
      bad { interconnects = <99 1>; interconnect-names = "dma-mem"; }; };`)
  const de = t.byPath('/soc/de')!
  expect(translateDma(de, 0x1000)).toBe(0x1000)
  expect(dmaWindows(de, dmaParent(t)).map((l) => l.path)).toEqual(['/soc/dram', '/soc'])
  expect(translateDma(de, 0x1000, dmaParent(t))).toBe(0x4000_1000)
  expect(dmaAddressOf(de, 0x4000_1000, dmaParent(t))).toBe(0x1000)
  expect(dmaWindows(t.byPath('/soc/bad')!, dmaParent(t)).map((l) => l.path)).toEqual(['/soc'])
})

it('ends where interconnects go in a circle', () => {
  const t = tree(`
    a: a { #interconnect-cells = <0>; interconnects = <&b>; interconnect-names = "dma-mem"; };
    b: b { #interconnect-cells = <0>; interconnects = <&a>; interconnect-names = "dma-mem"; };`)
  expect(dmaWindows(t.byPath('/a')!, dmaParent(t)).length).toBe(64)
})

it('undoes itself for every address inside a window', () => {
  fc.assert(
    fc.property(fc.nat({ max: 0xbfff_ffff }), (address) => {
      const vop = at('/soc/vop@ff930000')
      const phys = translateDma(vop, address)
      expect(phys).not.toBe(null)
      expect(dmaAddressOf(vop, phys!)).toBe(address)
    }),
  )
})
