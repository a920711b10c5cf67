/**
 * Lists of phandles with arguments: each entry names a node, and as many cells follow as that
 * node says. A family is a row: the list, and the property that gives the number.
 */
import { be32 } from '../bytes.ts'
import type { DtNode, DtProperty } from '../node.ts'
import { bytesText, cellsText } from './cell-counts.ts'
import type { CheckRow, Report } from './check-row.ts'
import { isPhandle } from './phandle-values.ts'
import type { TreeView } from './tree-view.ts'
import { isCell } from './value-shapes.ts'

interface Family {
  id: string
  list: string
  cells: string
  /** A provider that does not say a number takes none. */
  optional?: true
}

const families: readonly Family[] = [
  { id: 'clocks', list: 'clocks', cells: '#clock-cells' },
  { id: 'cooling_device', list: 'cooling-device', cells: '#cooling-cells' },
  { id: 'dmas', list: 'dmas', cells: '#dma-cells' },
  { id: 'hwlocks', list: 'hwlocks', cells: '#hwlock-cells' },
  { id: 'interrupts_extended', list: 'interrupts-extended', cells: '#interrupt-cells' },
  { id: 'io_channels', list: 'io-channels', cells: '#io-channel-cells' },
  { id: 'iommus', list: 'iommus', cells: '#iommu-cells' },
  { id: 'mboxes', list: 'mboxes', cells: '#mbox-cells' },
  { id: 'msi_parent', list: 'msi-parent', cells: '#msi-cells', optional: true },
  { id: 'mux_controls', list: 'mux-controls', cells: '#mux-control-cells' },
  { id: 'phys', list: 'phys', cells: '#phy-cells' },
  { id: 'power_domains', list: 'power-domains', cells: '#power-domain-cells' },
  { id: 'pwms', list: 'pwms', cells: '#pwm-cells' },
  { id: 'resets', list: 'resets', cells: '#reset-cells' },
  { id: 'sound_dai', list: 'sound-dai', cells: '#sound-dai-cells' },
  { id: 'thermal_sensors', list: 'thermal-sensors', cells: '#thermal-sensor-cells' },
]

/** Follows one list as far as it makes sense; the first mistake ends it. */
function checkList(
  node: DtNode,
  property: DtProperty,
  { cells: cellsName, optional }: Pick<Family, 'cells' | 'optional'>,
  view: TreeView,
  report: Report,
): void {
  const { value } = property
  if (value.length % 4 !== 0) {
    const message = `${bytesText(value.length)}, but a list of phandles consists of whole cells`
    report({ node, property, message })
    return
  }
  const count = value.length / 4
  for (let at = 0; at < count; ) {
    const index = at
    const phandle = be32(value, 4 * at++)
    if (!isPhandle(phandle)) {
      // In an overlay the node is in another tree, and with it the number of arguments.
      if (view.isOverlay) return
      continue
    }
    const provider = view.tree.byPhandle(phandle)
    if (provider === undefined) {
      const message = `cell ${index} is 0x${phandle.toString(16)}, but no node has that phandle`
      report({ node, property, message })
      return
    }
    const cells = view.prop(provider, cellsName)?.value
    if (cells === undefined && !optional) {
      report({
        node,
        property,
        message: () => `cell ${index} refers to ${provider.path}, which has no ${cellsName}`,
        remedy: () =>
          `correct the phandle or a cell before it, or give ${provider.name} ${cellsName}`,
      })
      return
    }
    if (cells !== undefined && cells.length !== 4) return
    const wanted = cells === undefined ? 0 : be32(cells, 0)
    if (wanted > count - at) {
      report({
        node,
        property,
        message: () =>
          `${provider.path} takes ${cellsText(wanted)} of arguments (its ${cellsName}), but ` +
          `${count - at} ${count - at === 1 ? 'is' : 'are'} left after cell ${index}`,
      })
      return
    }
    at += wanted
  }
}

/** `gpios`, `reset-gpios` and their old names without the s, but not a count of GPIOs. */
function isGpioList(name: string): boolean {
  return /(^|-)gpios?$/.test(name) && !name.endsWith(',nr-gpios')
}

const gpioFamily = { cells: '#gpio-cells' }

/** See the head of the file. */
export const phandleArgumentChecks: readonly CheckRow[] = [
  ...families.flatMap((family): CheckRow[] => [
    {
      id: `${family.id}_property`,
      level: 'warning',
      rule: `${family.list} is a list of phandles, each with the arguments that ${family.cells} says`,
      property: family.list,
      check: (node, view, report) => {
        const property = view.prop(node, family.list)
        if (property !== undefined) checkList(node, property, family, view, report)
      },
    },
    isCell(`${family.id}_is_cell`, family.cells),
  ]),
  {
    id: 'deprecated_gpio_property',
    level: 'off',
    rule: 'a list of GPIOs is called gpios or ...-gpios, not gpio or ...-gpio',
    check: (node, _view, report) => {
      for (const property of node.properties) {
        if (!isGpioList(property.name) || !property.name.endsWith('gpio')) continue
        report({ node, property, message: 'an old name', remedy: `call it ${property.name}s` })
      }
    },
  },
  {
    id: 'gpios_property',
    level: 'warning',
    rule: 'a list of GPIOs consists of phandles, each with the arguments that #gpio-cells says',
    check: (node, view, report) => {
      // In a hog the property holds arguments only.
      if (view.prop(node, 'gpio-hog') !== undefined) return
      for (const property of node.properties) {
        if (isGpioList(property.name)) checkList(node, property, gpioFamily, view, report)
      }
    },
  },
]
