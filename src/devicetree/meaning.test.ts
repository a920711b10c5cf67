import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseDts } from './dts.ts'
import { propertyMeaning } from './meaning.ts'
import { meaningText } from './meaning-text.ts'
import { propertySource } from './property-source.ts'
import { TreeReader } from './tree-reader.ts'

const SOURCE = `/dts-v1/; / {
  #address-cells = <2>; #size-cells = <2>; interrupt-parent = <&gic>;
  aliases { serial0 = &uart; nowhere = "/gone"; };
  chosen { stdout-path = "serial0:115200n8"; };
  memory@80000000 { device_type = "memory"; reg = <0xffffffff 0xfffff000 0 0x1000>; };
  gic: gic@1000 { compatible = "arm,gic-v3"; #interrupt-cells = <3>; #address-cells = <2>;
    interrupt-controller; reg = <0 0x1000 0 0x1000>; };
  mmu: iommu@3000 { #iommu-cells = <1>; };
  ck: clock { #clock-cells = <1>; };
  pin: gpio@4000 { #gpio-cells = <2>; gpio-controller; #interrupt-cells = <2>; hog { gpio-hog; gpios = <5 1 6 0>; }; };
  on: on { }; off: off { };
  soc { #address-cells = <1>; #size-cells = <1>; ranges = <0x10000000 0x1 0x20000000 0x100000>;
    uart: serial@10000100 { reg = <0x10000100 0x100 0x20000000 0x10>; reg-names = "regs", "far";
      interrupts = <0 5 4>, <1 6 8>, <2 7 1>, <9 1 1>; interrupt-names = "main";
      iommus = <&mmu 0x40>, <0>, <&mmu 0x41>; clocks = <&ck 1 &ck 2>; clock-names = "a", "b";
      dma-names = "rx"; reset-gpios = <&pin 7 1>; clock-frequency = <24000000>;
      pinctrl-names = "default", "sleep"; pinctrl-0 = <&on>; pinctrl-1 = <&off>;
      interrupts-extended = <&gic 0 9 1>, <&pin 3 2>; status = "disabled"; };
    odd { reg = <1 2 3>; clocks = <&ck>; interrupts = <1 2>; iommus = <0x99>; resets = <&ck 1>;
      iommu-map = <0 &mmu 0 0x100>, <1 2>; phys = [00 00]; opp-hz = /bits/ 64 <408000000>; };
  };
  pcie { device_type = "pci"; #address-cells = <3>; #size-cells = <2>; #interrupt-cells = <1>;
    ranges = <0x01000000 0 0 0 0xf0000000 0 0x10000>,
             <0xc3000000 0x80 0 0x80 0 0xffffffff 0xfffff000>;
    interrupt-map = <0 0 0 1 &gic 0 0 0 10 4>; iommu-map = <0x100 &mmu 0x200 0x80>;
    iommu-map-mask = <0xff>; };
};`

const tree = parseDts(SOURCE).tree!
const reader = new TreeReader(tree)
const meaning = (path: string, name: string) => {
  const node = tree.byPath(path)!
  return propertyMeaning(reader, node, node.prop(name)!)
}
const texts = (path: string, name: string) => meaning(path, name).map(meaningText)
const UART = '/soc/serial@10000100'

describe('propertyMeaning', () => {
  it('reads reg with names and the address that the CPU uses', () => {
    expect(meaning(UART, 'reg')).toEqual([
      {
        kind: 'reg',
        name: 'regs',
        address: '0x10000100',
        size: '0x100',
        space: null,
        cpuAddress: '0x120000100',
      },
      {
        kind: 'reg',
        name: 'far',
        address: '0x20000000',
        size: '0x10',
        space: null,
        cpuAddress: null,
      },
    ])
  })

  it('keeps all 64 bits', () => {
    expect(meaning('/memory@80000000', 'reg')).toMatchObject([{ address: '0xfffffffffffff000' }])
    expect(meaning('/pcie', 'ranges')).toEqual([
      {
        kind: 'window',
        child: '0x0',
        parent: '0xf0000000',
        size: '0x10000',
        flags: '0x1000000',
        space: 'io',
      },
      {
        kind: 'window',
        child: '0x8000000000',
        parent: '0x8000000000',
        size: '0xfffffffffffff000',
        flags: '0xc3000000',
        space: '64-bit prefetchable memory',
      },
    ])
    expect(texts('/soc/odd', 'opp-hz')).toEqual(['408 MHz'])
  })

  it('names interrupts of a GIC and what triggers them', () => {
    expect(texts(UART, 'interrupts')).toEqual([
      'main: SPI 5 (INTID 37), level high, at &gic (/gic@1000)',
      'PPI 6 (INTID 22), level low, at &gic (/gic@1000)',
      'ESPI 7 (INTID 4103), rising edge, at &gic (/gic@1000)',
      '0x9 0x1 0x1, at &gic (/gic@1000)  BROKEN: a GIC has no interrupt type 9',
    ])
    expect(texts(UART, 'interrupts-extended')).toEqual([
      'main: SPI 9 (INTID 41), rising edge, at &gic (/gic@1000)',
      'line 3, falling edge, at &pin (/gpio@4000)',
    ])
    expect(texts('/pcie', 'interrupt-map')).toEqual([
      'unit 0x0 0x0 0x0 interrupt 0x1 -> SPI 10 (INTID 42), level high, at &gic (/gic@1000)',
    ])
  })

  it('reads lists of references, holes among them', () => {
    expect(texts(UART, 'iommus')).toEqual([
      '&mmu (/iommu@3000) 0x40',
      'a hole',
      '&mmu (/iommu@3000) 0x41',
    ])
    expect(texts(UART, 'clocks')).toEqual(['a: &ck (/clock) 0x1', 'b: &ck (/clock) 0x2'])
    expect(texts(UART, 'reset-gpios')).toEqual(['&pin (/gpio@4000) 0x7 0x1, active low'])
    expect(texts('/gpio@4000/hog', 'gpios')).toEqual([
      '&pin (/gpio@4000) 0x5 0x1, active low',
      '&pin (/gpio@4000) 0x6 0x0, active high',
    ])
    expect(texts(UART, 'pinctrl-1')).toEqual(['sleep: &off (/off)'])
  })

  it('pairs names, follows paths and says units', () => {
    expect(texts(UART, 'clock-names')).toEqual(['"a" is clocks[0]', '"b" is clocks[1]'])
    expect(texts(UART, 'dma-names')).toEqual(['"rx"  BROKEN: the node has no dmas'])
    expect(texts('/aliases', 'serial0')).toEqual([`&uart (${UART})`])
    expect(texts('/aliases', 'nowhere')).toEqual(['BROKEN: no node is at /gone'])
    expect(texts('/chosen', 'stdout-path')).toEqual([`&uart (${UART})`])
    expect(texts(UART, 'clock-frequency')).toEqual(['24 MHz'])
    expect(texts(UART, 'status')).toEqual(['Linux makes no device of this node'])
  })

  it('says what is broken and why', () => {
    expect(texts('/soc/odd', 'reg')).toEqual([
      '0x1 + 0x2',
      'BROKEN: an entry takes 8 bytes (2 cells), but 4 bytes are left at the end',
    ])
    expect(texts('/soc/odd', 'clocks')[0]).toContain('/clock takes 1 cells, but 0 are left')
    expect(texts('/soc/odd', 'interrupts')).toEqual([
      'BROKEN: /gic@1000 takes 3 cells, but 2 are left',
    ])
    expect(texts('/soc/odd', 'iommus')).toEqual(['BROKEN: no node has phandle 0x99'])
    expect(texts('/soc/odd', 'resets')[0]).toContain('/clock has no #reset-cells')
    expect(texts('/soc/odd', 'iommu-map')).toEqual([
      'IDs 0x0 + 0x100 -> &mmu (/iommu@3000) from 0x0',
      'BROKEN: a row takes 4 cells, but 2 are left',
    ])
    expect(texts('/soc/odd', 'phys')).toEqual(['BROKEN: 2 bytes: no whole number of cells'])
    expect(texts('/pcie', 'iommu-map')[0]).toContain('bits outside iommu-map-mask')
  })

  it('takes any value of any property without throwing, and a source of the same bytes', () => {
    const names = [
      'reg',
      'ranges',
      'interrupts',
      'interrupt-map',
      'iommu-map',
      'clocks',
      'status',
      'clock-names',
      'gpios',
      'opp-hz',
      'stdout-path',
      'interrupts-extended',
      'pinctrl-0',
      '#x-cells',
    ]
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc
        .array(fc.nat(9), { maxLength: 12 })
        .map((cells) => Uint8Array.from(cells.flatMap((c) => [0, 0, 0, c]))),
    )
    fc.assert(
      fc.property(
        fc.constantFrom(...names),
        bytes,
        fc.constantFrom(...tree.nodes()),
        (name, value, node) => {
          const property = { name, value }
          for (const entry of propertyMeaning(reader, node, property)) meaningText(entry)
          const text = propertySource(reader, node, property)
          const again = parseDts(
            SOURCE.replace(/\};$/, `test { ${name}${text === '' ? '' : ` = ${text}`}; }; };`),
          )
          expect(again.diagnostics.filter((d) => d.severity === 'error')).toEqual([])
          expect(again.tree!.byPath('/test')!.prop(name)!.value).toEqual(value)
        },
      ),
      { numRuns: 300 },
    )
  })
})
