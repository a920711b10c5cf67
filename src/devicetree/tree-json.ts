/** A device tree as nested JSON, for scripts that want neither blobs nor sources. */
import { be32 } from './bytes.ts'
import type { DtNode, DtProperty } from './node.ts'
import type { DeviceTree } from './tree.ts'
import { looksLikeText } from './value-text.ts'

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
  children: JsonNode[]
}

/** The whole tree, root first. Built without recursion: depth is the input's to choose. */
export function treeJson(tree: DeviceTree): JsonNode {
  const made = new Map<DtNode, JsonNode>()
  for (const node of tree.nodes()) {
    const json: JsonNode = { name: node.name, props: {}, children: [] }
    for (const property of node.properties) json.props[property.name] = valueJson(property, node)
    made.set(node, json)
    if (node.parent !== null) made.get(node.parent)?.children.push(json)
  }
  return made.get(tree.root) as JsonNode
}

function valueJson({ name, value }: DtProperty, node: DtNode): JsonValue {
  if (value.length === 0) return { type: 'empty', value: null }
  if (looksLikeText(value)) {
    const strings = node.strings(name)
    return strings.length === 1
      ? { type: 'string', value: strings[0] as string }
      : { type: 'strings', value: strings }
  }
  if (value.length % 4 === 0) {
    const cells = Array.from({ length: value.length / 4 }, (_, i) => be32(value, 4 * i))
    return { type: 'cells', value: cells.map((cell) => `0x${cell.toString(16)}`) }
  }
  return { type: 'bytes', value: [...value].map((b) => b.toString(16).padStart(2, '0')).join('') }
}
