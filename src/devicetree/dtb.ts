/**
 * Device tree blobs in and out (flattened device tree, Devicetree Specification 0.4, chapter 5).
 * Versions 1 to 17 are read. A tree takes about 7 times the memory of the blob for real boards and 15
 * times at worst, for chains of empty nodes; at most 18 times while it is read. Values are views of
 * the input, not copies.
 */
import type { Diagnostic } from '../base/diagnostic.ts'
import { readHeader } from './dtb-header.ts'
import { layOutDtb } from './dtb-layout.ts'
import { readReservations } from './dtb-reservations.ts'
import { readStructure } from './dtb-structure.ts'
import { Findings } from './findings.ts'
import { sameTree } from './same-tree.ts'
import { DeviceTree } from './tree.ts'

/** Options of `parseDtb`. */
export interface ParseDtbOptions {
  /** File name for diagnostics. */
  source?: string
}

/** What an input yielded: the tree, if one can be made out, and what is wrong. */
export interface Parsed {
  /** Null when not even a root node could be read. With errors, it holds what could be read. */
  tree: DeviceTree | null
  /** In the order found; at most 100 and a count of the rest. */
  diagnostics: Diagnostic[]
}

/**
 * Reads a blob. Never throws: a broken blob yields diagnostics with byte offsets, and as much of
 * the tree as comes before the break.
 *
 * @example
 * const { tree, diagnostics } = parseDtb(bytes, { source: 'board.dtb' })
 */
export function parseDtb(bytes: Uint8Array, options: ParseDtbOptions = {}): Parsed {
  const findings = new Findings(options.source)
  // A Buffer is a Uint8Array whose subarray() returns Buffers: values must be plain.
  const data = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length)
  const header = readHeader(data, findings)
  if (header === null) return { tree: null, diagnostics: findings.finish() }
  const { root, end } = readStructure(data, header, findings)
  const reservations = readReservations(data, header, end, findings)
  if (root === null) return { tree: null, diagnostics: findings.finish() }
  const blob = findings.failed ? null : data
  const tree = new DeviceTree(root, { reservations, bootCpu: header.bootCpu, blob })
  return { tree, diagnostics: findings.finish() }
}

/**
 * The tree as a blob. A tree that still says what the blob it was read from says comes back as
 * exactly those bytes; any other is laid out afresh in version 17, as dtc would.
 */
export function printDtb(tree: DeviceTree): Uint8Array {
  if (tree.blob !== null) {
    const original = parseDtb(tree.blob).tree
    if (original !== null && sameTree(original, tree)) return tree.blob.slice()
  }
  return layOutDtb(tree)
}
