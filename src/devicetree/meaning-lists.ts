/** Lists of references, interrupts and ID maps in words. */
import { exactHex } from './exact-hex.ts'
import { interruptSense } from './interrupt-specifiers.ts'
import {
  areLeft,
  type Cells,
  cellsIn,
  interruptMapChild,
  isHogLine,
  listEntries,
} from './list-entries.ts'
import type { InterruptMeaning, Meaning } from './meaning.ts'
import type { DtNode } from './node.ts'
import {
  inRows,
  maybeReferTo,
  named,
  type Place,
  type PropertyReader,
  referTo,
  words,
} from './property-place.ts'
import type { TreeReader } from './tree-reader.ts'

/** Flags of the last cell of a GPIO, include/dt-bindings/gpio/gpio.h. */
const gpioFlags: readonly [mask: number, value: number, words: string][] = [
  [1, 1, 'active low'],
  [6, 6, 'open drain'],
  [6, 2, 'open source'],
  [8, 8, 'may lose its value in sleep'],
  [16, 16, 'pull up'],
  [32, 32, 'pull down'],
]

/** The flags of a GPIO whose controller takes two or three cells, the last being flags. */
function gpioSense(property: string, args: readonly number[]): string | null {
  if (!/(^|-)gpios?$/.test(property) || args.length < 2 || args.length > 3) return null
  const flags = args[args.length - 1]!
  const said = gpioFlags
    .filter(([mask, value]) => (flags & mask) === value)
    .map(([, , text]) => text)
  return [(flags & 1) === 0 ? ['active high'] : [], said].flat().join(', ')
}

/** Properties whose names are not the singular of the list plus `-names`. */
const namesProperties: Readonly<Record<string, string>> = {
  'interrupts-extended': 'interrupt-names',
  interconnects: 'interconnect-names',
  'memory-region': 'memory-region-names',
  'nvmem-cells': 'nvmem-cell-names',
  'qcom,smem-states': 'qcom,smem-state-names',
  mboxes: 'mbox-names',
}

/** What a list's `*-names` property is called: `clocks` -> `clock-names`. */
export function namesPropertyOf(list: string): string {
  return namesProperties[list] ?? `${list.endsWith('s') ? list.slice(0, -1) : list}-names`
}

/** A phandle list: `clocks`, `iommus`, `gpios`. */
export const readPhandleList: PropertyReader = (place) => {
  const { reader, node, property } = place
  const cells = cellsIn(property.value)
  if (isHogLine(node, property.name)) return readHog(place)
  const extended = property.name === 'interrupts-extended'
  const entries = (listEntries(reader, node, property) ?? []).map((entry): Meaning => {
    const { at, length, target, problem } = entry
    if (extended && target !== null && problem === undefined) {
      return interrupt(reader, target, cells, at + 1, length - 1)
    }
    const args = words(cells, at + 1, Math.max(0, length - 1))
    const plain = args.map(Number)
    return {
      kind: 'phandle-args',
      provider: maybeReferTo(reader, target),
      args,
      sense: problem === undefined ? gpioSense(property.name, plain) : null,
      ...(problem === undefined ? {} : { problem }),
    }
  })
  const state = /^pinctrl-(\d+)$/.exec(property.name)
  if (state === null) return named(place, namesPropertyOf(property.name), entries)
  const name = node.strings('pinctrl-names')[Number(state[1])]
  return name === undefined ? entries : entries.map((entry) => ({ ...entry, name }))
}

/** Lines of a GPIO hog, at its parent. */
function readHog(place: Place): Meaning[] {
  const { reader, node } = place
  const controller = node.parent
  const size = controller === null ? undefined : reader.u32(controller, '#gpio-cells')
  if (controller === null || size === undefined) {
    return [{ kind: 'broken', problem: 'the parent has no #gpio-cells' }]
  }
  return inRows(place, size, (cells, at) => {
    const args = words(cells, at, size)
    const sense = gpioSense('gpios', args.map(Number))
    return { kind: 'phandle-args', provider: referTo(reader, controller), args, sense }
  })
}

function interrupt(
  reader: TreeReader,
  controller: DtNode,
  cells: Cells,
  at: number,
  length: number,
): InterruptMeaning {
  const numbers = Array.from({ length }, (_, i) => cells.cell(at + i))
  return {
    kind: 'interrupt',
    controller: referTo(reader, controller),
    args: words(cells, at, length),
    ...interruptSense(controller, numbers),
  }
}

/** `interrupts`, through the interrupt parent. */
export const readInterrupts: PropertyReader = (place) => {
  const { reader, node, property } = place
  const controller = reader.interruptParent(node)
  if (controller === null) {
    return [{ kind: 'broken', problem: 'no interrupt parent with #interrupt-cells is found' }]
  }
  const size = reader.u32(controller, '#interrupt-cells') ?? 0
  if (size === 0) return [{ kind: 'broken', problem: `${controller.path} takes 0 interrupt cells` }]
  const cells = cellsIn(property.value)
  const entries: Meaning[] = []
  let at = 0
  for (; at + size <= cells.count; at += size) {
    entries.push(interrupt(reader, controller, cells, at, size))
  }
  const rest = property.value.length - 4 * at
  if (rest % 4 !== 0) {
    const problem = `${property.value.length} bytes: no whole number of cells`
    entries.push({ kind: 'broken', problem })
  } else if (rest > 0) {
    const problem = `${controller.path} takes ${size} cells, but ${areLeft(rest / 4)}`
    entries.push({ kind: 'broken', problem })
  }
  return named(place, 'interrupt-names', entries)
}

/** `interrupt-map`: of_irq_parse_raw(), drivers/of/irq.c */
export const readInterruptMap: PropertyReader = ({ reader, node, property }) => {
  const cells = cellsIn(property.value)
  const child = interruptMapChild(reader, node)
  return (listEntries(reader, node, property) ?? []).map((entry): Meaning => {
    const { at, length, target, problem } = entry
    if (problem !== undefined || target === null) return { kind: 'broken', problem: problem ?? '' }
    const parentAt = at + child.address + child.interrupt + 1
    const size = reader.u32(target, '#interrupt-cells') ?? 0
    const parentAddress = at + length - size - parentAt
    return {
      ...interrupt(reader, target, cells, at + length - size, size),
      kind: 'interrupt-map',
      childAddress: words(cells, at, child.address),
      childInterrupt: words(cells, at + child.address, child.interrupt),
      parentAddress: words(cells, parentAt, parentAddress),
    }
  })
}

/** `iommu-map` and `msi-map`. */
export const readIdMap: PropertyReader = ({ reader, node, property }) => {
  const cells = cellsIn(property.value)
  const mask = reader.u32(node, `${property.name}-mask`) ?? 0xffff_ffff
  return (listEntries(reader, node, property) ?? []).map((entry): Meaning => {
    const { at, length, target } = entry
    if (length < 4) return { kind: 'broken', problem: entry.problem ?? '' }
    const unmasked = (cells.cell(at) & ~mask) !== 0
    const problem =
      entry.problem ??
      (unmasked ? `the first ID has bits outside ${property.name}-mask` : undefined)
    return {
      kind: 'id-map',
      idBase: exactHex(cells, at, 1),
      outBase: exactHex(cells, at + 2, 1),
      length: exactHex(cells, at + 3, 1),
      provider: maybeReferTo(reader, target),
      ...(problem === undefined ? {} : { problem }),
    }
  })
}
