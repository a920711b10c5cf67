/** PCI buses and the functions on them (PCI Bus Binding to IEEE 1275, 2.2 and 2.3). */
import { be32 } from '../bytes.ts'
import { hasWholeReg } from './address-layout.ts'
import { isPciBridge, isPciBus } from './buses.ts'
import { bytesText, cellCount, countText } from './cell-counts.ts'
import type { CheckRow } from './check-row.ts'

/** Cells of an address and of a size on PCI. */
const pciCells = { '#address-cells': 3, '#size-cells': 2 } as const

/** See the head of the file. */
export const pciChecks: readonly CheckRow[] = [
  {
    id: 'pci_bridge',
    level: 'warning',
    rule: 'a PCI bridge is called pci or pcie and has ranges, 3 address cells, 2 size cells',
    property: 'device_type',
    check: (node, view, report) => {
      if (!isPciBridge(view, node)) return
      if (node.baseName !== 'pci' && node.baseName !== 'pcie') {
        report({ node, message: 'a PCI bridge, but the node is not called pci or pcie' })
      }
      if (view.prop(node, 'ranges') === undefined) {
        const message =
          'device_type says PCI bridge, but there is no ranges to reach memory through'
        report({ node, message, remedy: 'delete device_type if this is no bridge' })
      }
      for (const name of ['#address-cells', '#size-cells'] as const) {
        const { value } = cellCount(view, node, name)
        if (value === null || value === pciCells[name]) continue
        report({
          node,
          message: () =>
            `PCI has ${name} = <${pciCells[name]}>, not ${countText(view, node, name)}`,
        })
      }
      const property = view.prop(node, 'bus-range')
      if (property === undefined) return
      const { value } = property
      if (value.length !== 8) {
        report({
          node,
          property,
          message: `${bytesText(value.length)}, but the first and the last bus are expected: 2 cells`,
        })
        return
      }
      const [first, last] = [be32(value, 0), be32(value, 4)]
      if (first > last) {
        report({ node, property, message: `the first bus, ${first}, is beyond the last, ${last}` })
      }
      if (last > 0xff) {
        report({ node, property, message: `bus ${last}, but the last that PCI has is 255` })
      }
    },
  },
  {
    id: 'pci_device_reg',
    level: 'warning',
    rule: 'the first entry of reg of a PCI function is its configuration space, its unit address DEVICE[,FUNCTION]',
    property: 'reg',
    check: (node, view, report) => {
      const { parent } = node
      const property = view.prop(node, 'reg')
      if (parent === null || property === undefined || !isPciBus(view, parent)) return
      if (!hasWholeReg(view, node) || property.value.length < 12) return
      const [high, middle, low] = [0, 4, 8].map((at) => be32(property.value, at))
      const found = `0x${high!.toString(16)}`
      if (middle !== 0 || low !== 0) {
        const message = 'cells 2 and 3 of a configuration space address must be 0'
        report({ node, property, message })
      }
      if (high! >>> 24 !== 0) {
        report({ node, property, message: `${found} is no address of configuration space` })
      }
      if ((high! & 0xff) !== 0) {
        report({ node, property, message: `the register number in ${found} must be 0` })
      }
      const device = ((high! >>> 11) & 0x1f).toString(16)
      const slot = (high! >>> 8) & 7
      const unit = node.unitAddress ?? ''
      if (unit === `${device},${slot}` || (slot === 0 && unit === device)) return
      const expected = slot === 0 ? device : `${device},${slot}`
      report({
        node,
        message: `the unit address is ${JSON.stringify(unit)}, but reg says "${expected}"`,
      })
    },
  },
  {
    id: 'pci_device_bus_num',
    level: 'warning',
    rule: 'the bus number in reg of a PCI function lies in bus-range of its bridge',
    property: 'reg',
    check: (node, view, report) => {
      const { parent } = node
      const property = view.prop(node, 'reg')
      if (parent === null || property === undefined || !isPciBus(view, parent)) return
      if (!hasWholeReg(view, node) || property.value.length < 4) return
      const bus = (be32(property.value, 0) >>> 16) & 0xff
      const range = view.prop(parent, 'bus-range')?.value
      if (range !== undefined && range.length !== 8) return
      const [first, last] = range === undefined ? [0, 0] : [be32(range, 0), be32(range, 4)]
      if (bus >= first && bus <= last) return
      report({
        node,
        property,
        message: () =>
          `bus ${bus}, but ${parent.path} has buses ${first} to ${last}` +
          (range === undefined ? ' (it has no bus-range)' : ''),
      })
    },
  },
]
