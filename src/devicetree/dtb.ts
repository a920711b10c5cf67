/**
 * Device tree blobs in and out (flattened device tree, Devicetree Specification 0.4, chapter 5).
 * Versions 1 to 17 are read. Memory is about 10 times the input for real boards and 30 times at
 * worst, for a blob that is all empty nodes; values are views of the input, not copies.
 */
import type { Diagnostic } from '../base/diagnostic.ts'
import { be32 } from './bytes.ts'
import { type DtbHeader, readHeader } from './dtb-header.ts'
import { layOutDtb } from './dtb-layout.ts'
import { readStructure } from './dtb-structure.ts'
import { Findings } from './findings.ts'
import { sameTree } from './same-tree.ts'
import { DeviceTree, type MemoryReservation, memoryReservation } from './tree.ts'

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
  const reservations = readReservations(data, header, findings)
  const root = readStructure(data, header, findings)
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

/** The reservation block: pairs of 64-bit words up to a pair of zeroes (chapter 5.3). */
function readReservations(
  bytes: Uint8Array,
  header: DtbHeader,
  findings: Findings,
): MemoryReservation[] {
  const reservations: MemoryReservation[] = []
  const { start, end } = header.reservations
  for (let at = start; at + 16 <= end; at += 16) {
    const words = [0, 4, 8, 12].map((i) => be32(bytes, at + i)) as [number, number, number, number]
    if (words.every((word) => word === 0)) return reservations
    reservations.push(memoryReservation(words))
  }
  findings.error('the reservation block has no end', findings.offset(end))
  return reservations
}
