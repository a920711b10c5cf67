/** Strings and single numbers in words. */
import { prettySize } from '../base/addr.ts'
import { isAvailable } from './availability.ts'
import { exactHex } from './exact-hex.ts'
import { cellsIn } from './list-entries.ts'
import type { Meaning } from './meaning.ts'
import type { DtNode } from './node.ts'
import { inRows, type PropertyReader, referTo } from './property-place.ts'

const remark = (text: string): Meaning => ({ kind: 'remark', text })

/** True for NUL-terminated strings. */
function isStrings(value: Uint8Array): boolean {
  return value.length > 0 && value[value.length - 1] === 0
}

const noString: Meaning = { kind: 'broken', problem: 'no string: it does not end in a NUL byte' }

/** Lists that `X-names` may belong to. */
function listsOf(names: string): string[] {
  const stem = names.slice(0, -'-names'.length)
  const extended = stem === 'interrupt' ? ['interrupts-extended'] : []
  return [`${stem}s`, ...extended, `${stem}es`, stem]
}

/** A `*-names` property: which entry of which list each string names. */
export const readNames: PropertyReader = ({ node, property }) => {
  if (!isStrings(property.value)) return [noString]
  const { name } = property
  const lists = listsOf(name)
  const list = lists.find((candidate) => node.has(candidate)) ?? null
  // `clock-output-names` and others name what no list has.
  const expected = lists.find((candidate) => alwaysNamed.has(candidate))
  return node.strings(name).map((value, index): Meaning => {
    if (name === 'pinctrl-names') return stateName(node, value, index)
    const entry: Meaning = { kind: 'name', value, list, index }
    if (list === null && expected !== undefined) entry.problem = `the node has no ${expected}`
    return entry
  })
}

/** Lists that must be there when their names are. */
const alwaysNamed: ReadonlySet<string> = new Set([
  'clocks',
  'dmas',
  'interconnects',
  'interrupts',
  'io-channels',
  'mboxes',
  'nvmem-cells',
  'phys',
  'power-domains',
  'reg',
  'resets',
])

/** States beyond this are not looked for: boards have a handful. */
const MOST_STATES = 16

function stateName(node: DtNode, value: string, index: number): Meaning {
  const list = `pinctrl-${index}`
  const entry: Meaning = { kind: 'name', value, list, index }
  if (index >= MOST_STATES || node.has(list)) return entry
  return { ...entry, problem: `the node has no ${list}` }
}

/** `status`: of_device_is_available() */
export const readStatus: PropertyReader = ({ node, property }) => {
  if (!isStrings(property.value)) return [noString]
  return isAvailable(node) ? [] : [remark('Linux makes no device of this node')]
}

/** A path, or an alias with options behind a colon as in `stdout-path`. */
export const readNodePath: PropertyReader = ({ reader, property, node }) => {
  if (!isStrings(property.value)) return [noString]
  const end = property.value.indexOf(0)
  const text = String.fromCharCode(...property.value.subarray(0, Math.min(end, 4096)))
  const path = text.split(':')[0]!
  const { tree } = reader
  const found: DtNode | undefined = path.startsWith('/') ? tree.byPath(path) : tree.byAlias(path)
  if (found !== undefined) return [{ kind: 'node', node: referTo(reader, found) }]
  if (!path.startsWith('/') && node.baseName !== 'chosen') return []
  return [{ kind: 'node', node: null, problem: `no node is at ${path}` }]
}

/** `size`, `alignment` and `alloc-ranges` of reserved memory, in the cells of the parent. */
export const readReservedSize: PropertyReader = (place) => {
  const { reader, node } = place
  if (node.parent?.name !== 'reserved-memory') return []
  return inRows(place, reader.sizeCells(node.parent), (cells, at) => {
    const value = exactHex(cells, at, reader.sizeCells(node.parent as DtNode))
    return { kind: 'quantity', value, unit: 'bytes', text: sizeText(value) }
  })
}

/** `0x1000` as `4 KiB`; '' where that says no more. */
export function sizeText(value: string): string {
  const bytes = Number(value)
  return Number.isSafeInteger(bytes) && bytes >= 1024 && bytes % 1024 === 0
    ? prettySize(bytes)
    : value
}

/** Units by the ending of a name, of dt-schema's property-units.yaml. */
const units: readonly [ending: RegExp, unit: string][] = [
  [/(^|-)(hz|frequency)$|^assigned-clock-rates$/, 'Hz'],
  [/-khz$/, 'kHz'],
  [/-mhz$/, 'MHz'],
  [/-microvolt$/, 'uV'],
  [/-microamp$/, 'uA'],
  [/-microwatt$/, 'uW'],
  [/-milliwatt$/, 'mW'],
  [/-ohms$/, 'ohm'],
  [/-(us|latency-us)$/, 'us'],
  [/-ns$/, 'ns'],
  [/-ms$/, 'ms'],
  [/-millicelsius$/, 'millidegrees Celsius'],
]

/** True for names that say a unit. */
export function hasUnit(name: string): boolean {
  return units.some(([ending]) => ending.test(name))
}

/** Larger units, a thousand times the one before. */
const steps = [
  ['Hz', 'kHz', 'MHz', 'GHz'],
  ['uV', 'mV', 'V'],
  ['uA', 'mA', 'A'],
  ['uW', 'mW', 'W'],
  ['ns', 'us', 'ms', 's'],
]

/** One number a cell, or a cell pair for `opp-hz` (the OPP binding): `<0 408000000>`. */
export const readQuantity: PropertyReader = (place) => {
  const { name } = place.property
  const unit = units.find(([ending]) => ending.test(name))?.[1] ?? ''
  const width = name === 'opp-hz' ? 2 : 1
  // Some bindings hold 8 or 16 bits, which only their drivers know.
  if (place.property.value.length % 4 !== 0) return []
  return inRows(place, width, (cells, at) => {
    const value = exactHex(cells, at, width)
    return { kind: 'quantity', value, unit, text: quantityText(Number(value), unit) }
  })
}

function quantityText(value: number, unit: string): string {
  const scale = steps.find((names) => names.includes(unit)) ?? [unit]
  let index = scale.indexOf(unit)
  let number = value
  for (; number >= 1000 && number % 100 === 0 && index < scale.length - 1; index++) number /= 1000
  return `${Math.round(number * 1e6) / 1e6} ${scale[index]}`
}

/** `#address-cells` and the like: one cell. */
export const readCount: PropertyReader = ({ property }) => {
  const { count } = cellsIn(property.value)
  if (count === 1 && property.value.length === 4) return []
  return [{ kind: 'broken', problem: `${property.value.length} bytes, one cell is expected` }]
}

/** Known to be what it looks like. */
export const readAsText: PropertyReader = ({ property }) =>
  isStrings(property.value) ? [] : [noString]
