import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../base/diagnostic.ts'
import { addressCells, regs, sizeCells, translateAddress, translatedReg } from './addresses.ts'
import { parseDts } from './dts.ts'
import type { DtNode } from './node.ts'

const small = parseDts(
  readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8'),
).tree!

function node(body: string, path: string): DtNode {
  const { tree, diagnostics } = parseDts(`/dts-v1/; / { ${body} };`)
  expect(diagnostics).toEqual([])
  return tree!.byPath(path)!
}

describe('cell counts', () => {
  it('are those of the node, else of the nearest ancestor that has them, else 1', () => {
    const inner = node('#address-cells = <2>; a { #size-cells = <0>; b { c {}; }; };', '/a/b')
    expect([addressCells(inner), sizeCells(inner)]).toEqual([2, 0])
    const bare = node('a {};', '/a')
    expect([addressCells(bare), sizeCells(bare)]).toEqual([1, 1])
  })
})

describe('regs', () => {
  it('reads address and size in the cells of the parent', () => {
    expect(regs(small.byPath('/memory@80000000')!)).toEqual([
      { address: 0x8000_0000, size: 0x4000_0000 },
      { address: 0x8_8000_0000, size: 0x1_0000_0000 },
    ])
    expect(regs(small.byPath('/soc/i2c@500000/codec@1a')!)).toEqual([{ address: 0x1a, size: 0 }])
    expect(regs(small.byPath('/soc')!)).toEqual([])
    expect(regs(small.root)).toEqual([])
  })

  it('leaves the flags of a PCI address away', () => {
    expect(regs(small.byPath('/pcie@40000000/port@0/nvme@0')!)[1]).toEqual({
      address: 0x1000_1000,
      size: 0x1000,
    })
  })

  it('leaves out what is cut short or beyond 2^53, and says so about the latter', () => {
    const diagnostics: Diagnostic[] = []
    const wide = node(
      '#address-cells = <2>; #size-cells = <2>; n { reg = <0xff000000 0 0 1>, <0 1 0 2>, <0 1 0>; };',
      '/n',
    )
    expect(regs(wide, diagnostics)).toEqual([{ address: 1, size: 2 }])
    expect(diagnostics).toMatchObject([
      { severity: 'warning', at: { path: '/n', property: 'reg' } },
    ])
    expect(translatedReg(wide, 0)).toBe(null)
    expect(translatedReg(wide, 1)).toBe(1)
  })
})

describe('translation', () => {
  it('goes through the windows of every bus', () => {
    expect(translatedReg(small.byPath('/soc/serial@100000')!, 0)).toBe(0xf010_0000)
    expect(translatedReg(small.byPath('/soc/vop@ff930000')!, 0)).toBe(0xff93_0000)
    expect(translatedReg(small.byPath('/soc/vop@ff930000')!, 1)).toBe(0xff93_1000)
    expect(translatedReg(small.byPath('/soc/vop@ff930000')!, 2)).toBe(null)
    expect(translatedReg(small.byPath('/soc/bus@400000/crypto@1000')!, 0)).toBe(0xf040_1000)
    expect(translatedReg(small.byPath('/pcie@40000000')!, 0)).toBe(0x4000_0000)
    expect(translateAddress(small.byPath('/soc/vop@ff930000')!, 0xff00_0000)).toBe(0xff00_0000)
  })

  it('fails outside every window', () => {
    expect(translateAddress(small.byPath('/soc/vop@ff930000')!, 0x800_0000)).toBe(null)
    expect(translateAddress(small.byPath('/soc/vop@ff930000')!, 0x7ff_ffff)).toBe(0xf7ff_ffff)
    expect(translateAddress(small.byPath('/soc/bus@400000/crypto@1000')!, 0x10_0000)).toBe(null)
  })

  it('fails where a bus has no ranges or no size cell, and has nothing to do for the root', () => {
    expect(translatedReg(small.byPath('/soc/i2c@500000/codec@1a')!, 0)).toBe(null)
    expect(translatedReg(small.byPath('/cpus/cpu@500')!, 0)).toBe(null)
    expect(translatedReg(node('b { n { reg = <1 1>; }; };', '/b/n'), 0)).toBe(null)
    expect(translateAddress(small.root, 0)).toBe(null)
  })

  it('keeps the spaces of a PCI bus apart', () => {
    const nvme = small.byPath('/pcie@40000000/port@0/nvme@0')!
    expect(translatedReg(nvme, 0)).toBe(null) // configuration space
    expect(translatedReg(nvme, 1)).toBe(0x1000_1000)
    expect(translateAddress(nvme, 0x100)).toBe(null) // would be an I/O port
    expect(translateAddress(nvme, 0x80_0000_1000)).toBe(0x80_0000_1000)
    const port = node(
      `#address-cells = <2>; #size-cells = <1>;
       pci { device_type = "pci"; #address-cells = <3>; #size-cells = <2>;
         ranges = <0x01000000 0 0 0 0xe0000000 0 0x10000>, <0x02000000 0 0 0 0xd0000000 0 0x10000>;
         uart@0 { reg = <0x01000010 0 0x3f8 0 8>; }; };`,
      '/pci/uart@0',
    )
    expect(translatedReg(port, 0)).toBe(0xe000_03f8)
    expect(translateAddress(port, 0x3f8)).toBe(0xd000_03f8)
  })

  it('knows ISA addresses, whose first cell tells ports from memory', () => {
    const isa = `#address-cells = <1>; #size-cells = <1>;
      isa { #address-cells = <2>; #size-cells = <1>; ranges = <1 0 0xfe000000 0x1000>;
        a { reg = <1 0x60 1>; }; b { reg = <0 0x60 1>; }; };`
    expect(translatedReg(node(isa, '/isa/a'), 0)).toBe(0xfe00_0060)
    expect(translatedReg(node(isa, '/isa/b'), 0)).toBe(null)
  })
})
