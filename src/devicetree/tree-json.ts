/** A device tree as nested JSON, for scripts that want neither blobs nor sources; and back. */
import { be32, cellsValue, NO_BYTES, stringsValue } from './bytes.ts'
import type { Parsed } from './dtb.ts'
import { MAX_DEPTH } from './dtb-structure.ts'
import { Findings } from './findings.ts'
import { DtNode, type DtProperty } from './node.ts'
import { DeviceTree, type MemoryReservation, memoryReservation } from './tree.ts'
import { valueKind } from './value-text.ts'

/**
 * A value by its look: what a person would have written. Cells are unsigned, as `0x` strings; bytes
 * one hexadecimal string without a prefix.
 */
export type JsonValue =
  | { type: 'empty'; value: null }
  | { type: 'string'; value: string }
  | { type: 'strings'; value: string[] }
  | { type: 'cells'; value: string[] }
  | { type: 'bytes'; value: string }

/** A node; `props` in document order. */
export interface JsonNode {
  name: string
  props: Record<string, JsonValue>
  /** Names of `props` in order: only where one is a plain number, which JSON readers put first. */
  order?: string[]
  children: JsonNode[]
}

/** The root, with what stands beside it in a blob. */
export interface JsonTree extends JsonNode {
  /** `/memreserve/`: address and size as `0x` strings; left out where there is none. */
  reservations?: { address: string; size: string }[]
  /** Hardware number of the CPU that boots; left out when it is 0. */
  bootCpu?: number
}

/** The whole tree, root first. Built without recursion: depth is the input's to choose. */
export function treeJson(tree: DeviceTree): JsonTree {
  const made = new Map<DtNode, JsonNode>()
  for (const node of tree.nodes()) {
    const json = nodeJson(node)
    made.set(node, json)
    if (node.parent !== null) made.get(node.parent)!.children.push(json)
  }
  const root: JsonTree = made.get(tree.root)!
  if (tree.reservations.length > 0) {
    root.reservations = tree.reservations.map(({ words }) => ({
      address: hex64(words[0], words[1]),
      size: hex64(words[2], words[3]),
    }))
  }
  if (tree.bootCpu !== 0) root.bootCpu = tree.bootCpu
  return root
}

const NUMERIC = /^(?:0|[1-9]\d*)$/

function nodeJson(node: DtNode): JsonNode {
  // Without a prototype: a property may be called __proto__.
  const props: Record<string, JsonValue> = Object.create(null)
  for (const property of node.properties) {
    // Of two properties of one name the first counts, as in Linux.
    if (!Object.hasOwn(props, property.name)) props[property.name] = valueJson(property, node)
  }
  const names = node.properties.map((p) => p.name)
  const json: JsonNode = { name: node.name, props, children: [] }
  if (names.some((name) => NUMERIC.test(name))) json.order = names
  return json
}

function hex64(high: number, low: number): string {
  const text = high === 0 ? low.toString(16) : high.toString(16) + low.toString(16).padStart(8, '0')
  return `0x${text}`
}

function valueJson(property: DtProperty, node: DtNode): JsonValue {
  const { name, value } = property
  switch (valueKind(property)) {
    case 'empty':
      return { type: 'empty', value: null }
    case 'strings': {
      const strings = node.strings(name)
      return strings.length === 1
        ? { type: 'string', value: strings[0]! }
        : { type: 'strings', value: strings }
    }
    case 'cells': {
      const cells = Array.from({ length: value.length / 4 }, (_, i) => be32(value, 4 * i))
      return { type: 'cells', value: cells.map((cell) => `0x${cell.toString(16)}`) }
    }
    case 'bytes':
      return {
        type: 'bytes',
        value: Array.from(value, (b) => b.toString(16).padStart(2, '0')).join(''),
      }
  }
}

/** Options of `parseTreeJson`. */
export interface ParseTreeJsonOptions {
  /** File name for diagnostics. */
  source?: string
}

/**
 * Reads what `treeJson` makes, from text. Never throws; a finding names the node and the property.
 *
 * @example
 * parseTreeJson('{"name": "", "props": {"model": {"type": "string", "value": "a"}}, "children": []}')
 */
export function parseTreeJson(text: string, options: ParseTreeJsonOptions = {}): Parsed {
  const findings = new Findings(options.source)
  const reader = new JsonReader(findings)
  let json: unknown
  try {
    json = JSON.parse(text)
  } catch (error) {
    reader.error(`no JSON: ${(error as Error).message}`)
    return { tree: null, diagnostics: findings.finish() }
  }
  return { tree: reader.tree(json), diagnostics: findings.finish() }
}

const HEX_BYTES = /^(?:[0-9a-fA-F]{2})*$/
const NAME = /^[^/\0\u0100-\uffff]*$/

class JsonReader {
  readonly #findings: Findings

  constructor(findings: Findings) {
    this.#findings = findings
  }

  error(message: string, path?: string, property?: string): void {
    const { source } = this.#findings
    this.#findings.error(message, {
      ...(source === undefined ? {} : { source }),
      ...(path === undefined ? {} : { path }),
      ...(property === undefined ? {} : { property }),
    })
  }

  tree(json: unknown): DeviceTree | null {
    if (!isObject(json) || !('props' in json || 'children' in json)) {
      this.error('no device tree: expected { name, props, children }')
      return null
    }
    const root = new DtNode('')
    const pending: { node: DtNode; json: Record<string, unknown>; depth: number }[] = [
      { node: root, json, depth: 1 },
    ]
    for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
      const { node, depth } = next
      this.#properties(node, next.json)
      const children = this.#children(node, next.json, depth)
      for (const child of children.reverse()) pending.push({ ...child, depth: depth + 1 })
    }
    return new DeviceTree(root, {
      reservations: this.#reservations(json.reservations),
      bootCpu: this.#bootCpu(json.bootCpu),
    })
  }

  #bootCpu(value: unknown): number {
    if (value === undefined) return 0
    if (typeof value === 'number' && value === value >>> 0) return value
    this.error('bootCpu: expected a number of 32 bits')
    return 0
  }

  #reservations(value: unknown): MemoryReservation[] {
    if (value === undefined) return []
    const found: MemoryReservation[] = []
    for (const entry of Array.isArray(value) ? value : [null]) {
      const words = isObject(entry) ? [wordsOf(entry.address), wordsOf(entry.size)] : []
      const [address, size] = words
      if (address == null || size == null) {
        this.error('reservations: expected a list of { address, size }, each 0x and up to 64 bits')
      } else found.push(memoryReservation([...address, ...size]))
    }
    return found
  }

  #properties(node: DtNode, json: Record<string, unknown>): void {
    const { props, order } = json
    if (props === undefined) return
    if (!isObject(props)) {
      this.error('props: expected an object', node.path)
      return
    }
    const names = Array.isArray(order) ? order.filter((n) => typeof n === 'string') : []
    for (const name of new Set([...names, ...Object.keys(props)])) {
      if (!Object.hasOwn(props, name)) continue
      if (!NAME.test(name) || name === '') {
        this.error(`${JSON.stringify(name)} is no property name`, node.path)
        continue
      }
      const value = bytesOf(props[name])
      if (typeof value === 'string') this.error(value, node.path, name)
      else node.properties.push({ name, value })
    }
  }

  #children(node: DtNode, json: Record<string, unknown>, depth: number) {
    const made: { node: DtNode; json: Record<string, unknown> }[] = []
    const { children } = json
    if (children === undefined) return made
    if (!Array.isArray(children)) {
      this.error('children: expected a list', node.path)
      return made
    }
    if (depth >= MAX_DEPTH && children.length > 0) {
      this.error(`nodes nested deeper than ${MAX_DEPTH}`, node.path)
      return made
    }
    for (const child of children) {
      if (!isObject(child) || typeof child.name !== 'string' || !NAME.test(child.name)) {
        this.error('a child: expected an object with a name', node.path)
        continue
      }
      const below = new DtNode(child.name, node)
      node.children.push(below)
      made.push({ node: below, json: child })
    }
    return made
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The two halves of a `0x` string of up to 64 bits, or null. */
function wordsOf(value: unknown): [high: number, low: number] | null {
  const digits = typeof value === 'string' ? /^0x([0-9a-fA-F]{1,16})$/.exec(value)?.[1] : undefined
  if (digits === undefined) return null
  const whole = digits.padStart(16, '0')
  return [Number.parseInt(whole.slice(0, 8), 16), Number.parseInt(whole.slice(8), 16)]
}

/** The bytes of a value, or what is wrong with it. */
function bytesOf(json: unknown): Uint8Array | string {
  if (!isObject(json)) return 'expected { type, value }'
  const { type, value } = json
  if (type === 'empty') return NO_BYTES
  if (type === 'string') {
    return typeof value === 'string' ? stringsValue(value) : 'type string: expected a string'
  }
  if (type === 'strings') {
    const strings = Array.isArray(value) && value.every((s) => typeof s === 'string')
    return strings ? stringsValue(...value) : 'type strings: expected a list of strings'
  }
  if (type === 'cells') {
    const cells = Array.isArray(value) ? value.map(wordsOf) : [null]
    if (cells.some((cell) => cell === null || cell[0] !== 0)) {
      return 'type cells: expected a list of 0x strings of up to 32 bits'
    }
    return cellsValue(...cells.map((cell) => cell![1]))
  }
  if (type === 'bytes') {
    const good = typeof value === 'string' && HEX_BYTES.test(value)
    if (!good) return 'type bytes: expected an even number of hexadecimal digits'
    return Uint8Array.from(value.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
  }
  return `type ${JSON.stringify(type)}: expected empty, string, strings, cells or bytes`
}
