/**
 * Which rules the addresses below a node follow. A node is told to be a bus of a kind by what it
 * is called or compatible with, whatever its driver is.
 */
import { text } from '../bytes.ts'
import type { DtNode } from '../node.ts'
import { addressCount, sizeCount } from './cell-counts.ts'
import type { TreeView } from './tree-view.ts'

/** A question about a node that each of its children asks: answered once a node. */
type BusTest = (view: TreeView, node: DtNode) => boolean

function remembered(test: BusTest): BusTest {
  const answers = (_view: TreeView): Map<DtNode, boolean> => new Map()
  return (view, node) => {
    const known = view.once(answers)
    let answer = known.get(node)
    if (answer === undefined) {
      answer = test(view, node)
      known.set(node, answer)
    }
    return answer
  }
}

/** The text up to the first NUL. */
export function firstString(value: Uint8Array): string {
  const nul = value.indexOf(0)
  return text(value, 0, nul < 0 ? value.length : nul)
}

/** `device_type = "pci"`. */
export const isPciBridge = remembered((view, node) => {
  const value = view.prop(node, 'device_type')?.value
  return value !== undefined && firstString(value) === 'pci'
})

/** Compatible with `simple-bus`. */
export const isSimpleBus = remembered((view, node) => {
  const value = view.prop(node, 'compatible')?.value
  if (value === undefined) return false
  for (let start = 0; start < value.length; ) {
    const nul = value.indexOf(0, start)
    const end = nul < 0 ? value.length : nul
    if (text(value, start, end) === 'simple-bus') return true
    start = end + 1
  }
  return false
})

/** A PCI bus whose children are PCI functions: `simple-bus` wins over PCI. */
export function isPciBus(view: TreeView, node: DtNode): boolean {
  return isPciBridge(view, node) && !isSimpleBus(view, node)
}

const i2cNames = new Set(['i2c', 'i2c-bus', 'i2c-arb'])

/** Called `i2c`, `i2c-bus` or `i2c-arb`. */
export function isI2cBus(_view: TreeView, node: DtNode): boolean {
  return i2cNames.has(node.baseName)
}

/** Called `spi`, or laid out as an SPI bus with a child that has an `spi-` property. */
export const isSpiBus = remembered((view, node) => {
  if (node.baseName === 'spi') return true
  if (addressCount(view, node) !== 1 || sizeCount(view, node) !== 0) return false
  return node.children.some((c) => c.properties.some(({ name }) => name.startsWith('spi-')))
})

/** True when addresses below the node follow the rules of one of these buses. */
export function isAnyBus(view: TreeView, node: DtNode): boolean {
  return [isPciBridge, isSimpleBus, isI2cBus, isSpiBus].some((test) => test(view, node))
}
