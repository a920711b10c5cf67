/** Unit addresses and cells below simple-bus, I2C and SPI buses. */
import { be32 } from '../bytes.ts'
import type { DtNode } from '../node.ts'
import { hasWholeReg } from './address-layout.ts'
import { isI2cBus, isSimpleBus, isSpiBus } from './buses.ts'
import { addressCount, cellCount, countText } from './cell-counts.ts'
import type { CheckRow, Report } from './check-row.ts'
import type { TreeView } from './tree-view.ts'

/** `reg` holds a bus address in its low bits: two flags of dt-bindings/i2c/i2c.h stand above. */
const I2C_OWN_SLAVE_ADDRESS = 0x4000_0000
const I2C_TEN_BIT_ADDRESS = 0x8000_0000

/** The number in `count` cells as a unit address has it: of the last two where there are more. */
function unitText(value: Uint8Array, at: number, count: number): string {
  const low = count > 0 ? be32(value, at + 4 * (count - 1)).toString(16) : '0'
  const high = count > 1 ? be32(value, at + 4 * (count - 2)) : 0
  return high === 0 ? low : high.toString(16) + low.padStart(8, '0')
}

function compareUnit(node: DtNode, expected: string, source: string, report: Report): void {
  const unit = node.unitAddress ?? ''
  if (unit === expected) return
  const found = unit === '' ? 'there is no unit address' : `the unit address is "${unit}"`
  report({
    node,
    message: `${found}, but ${source} says "${expected}"`,
    remedy: `call it ${node.baseName}@${expected}`,
  })
}

function checkCells(
  node: DtNode,
  view: TreeView,
  report: Report,
  bus: string,
  addressCells: number,
): void {
  const expected = { '#address-cells': addressCells, '#size-cells': 0 } as const
  for (const name of ['#address-cells', '#size-cells'] as const) {
    const { value } = cellCount(view, node, name)
    if (value === null || value === expected[name]) continue
    report({
      node,
      message: () => `${bus} has ${name} = <${expected[name]}>, not ${countText(view, node, name)}`,
    })
  }
}

/** First cell of `reg`; null, with a finding where there is no reg at all. */
function busAddress(node: DtNode, view: TreeView, report: Report, bus: string): number | null {
  const property = view.prop(node, 'reg')
  if (property === undefined) {
    report({ node, message: `it stands on ${bus}, but has no reg with its address there` })
    return null
  }
  if (!hasWholeReg(view, node) || property.value.length < 4) return null
  return be32(property.value, 0)
}

/** See the head of the file. */
export const localBusChecks: readonly CheckRow[] = [
  {
    id: 'simple_bus_reg',
    level: 'warning',
    rule: 'a child of a simple-bus has reg or ranges, and its unit address says the first address',
    check: (node, view, report) => {
      const { parent } = node
      if (parent === null || !isSimpleBus(view, parent)) return
      const reg = view.prop(node, 'reg')
      const ranges = view.prop(node, 'ranges')
      const count = addressCount(view, parent)
      if (reg === undefined && (ranges === undefined || ranges.value.length === 0)) {
        if (parent.parent === null || isSimpleBus(view, node)) return
        const message =
          'it stands on a simple-bus, but has no reg and no ranges with an address there'
        report({ node, message, remedy: 'move it out of the bus if it has no registers' })
        return
      }
      if (count === null || (reg !== undefined && !hasWholeReg(view, node))) return
      // The parent's address comes second in ranges.
      const skip = reg === undefined ? addressCount(view, node) : 0
      const { value } = (reg ?? ranges)!
      if (skip === null || value.length < (skip + count) * 4) return
      compareUnit(node, unitText(value, skip * 4, count), reg ? 'reg' : 'ranges', report)
    },
  },
  {
    id: 'i2c_bus_bridge',
    level: 'warning',
    rule: 'an I2C bus with children has 1 address cell and no size cells',
    check: (node, view, report) => {
      if (!isI2cBus(view, node) || node.children.length === 0) return
      checkCells(node, view, report, 'an I2C bus', 1)
    },
  },
  {
    id: 'i2c_bus_reg',
    level: 'warning',
    rule: 'a device on I2C has reg of 7 or 10 bits, which its unit address repeats',
    check: (node, view, report) => {
      if (node.parent === null || !isI2cBus(view, node.parent)) return
      const first = busAddress(node, view, report, 'an I2C bus')
      if (first === null) return
      const plain = (cell: number) => (cell & ~I2C_OWN_SLAVE_ADDRESS) >>> 0
      compareUnit(node, plain(first).toString(16), 'reg', report)
      const property = view.prop(node, 'reg')!
      for (let at = 0; at + 4 <= property.value.length; at += 4) {
        const address = plain(be32(property.value, at))
        const isLong = address >= I2C_TEN_BIT_ADDRESS
        if (address % I2C_TEN_BIT_ADDRESS <= (isLong ? 0x3ff : 0x7f)) continue
        report({
          node,
          property,
          message: `0x${address.toString(16)} is no I2C address of ${isLong ? 10 : 7} bits`,
          remedy: isLong ? undefined : 'addresses of 10 bits have I2C_TEN_BIT_ADDRESS (bit 31) set',
        })
      }
    },
  },
  {
    id: 'spi_bus_bridge',
    level: 'warning',
    rule: 'an SPI bus is called spi and has 1 address cell (0 as a target) and no size cells',
    check: (node, view, report) => {
      if (!isSpiBus(view, node)) return
      if (node.baseName !== 'spi' && view.prop(node, 'reg') !== undefined) {
        const message = 'its children have SPI properties, but the bus is not called spi'
        report({ node, message })
      }
      if (node.children.length === 0) return
      const isTarget = view.prop(node, 'spi-slave') !== undefined
      checkCells(node, view, report, isTarget ? 'an SPI target' : 'an SPI bus', isTarget ? 0 : 1)
    },
  },
  {
    id: 'spi_bus_reg',
    level: 'warning',
    rule: 'a device on SPI has reg with its chip select, which its unit address repeats',
    check: (node, view, report) => {
      const { parent } = node
      if (parent === null || !isSpiBus(view, parent)) return
      if (view.prop(parent, 'spi-slave') !== undefined) return
      const select = busAddress(node, view, report, 'an SPI bus')
      if (select !== null) compareUnit(node, select.toString(16), 'reg', report)
    },
  },
]
