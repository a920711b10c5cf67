/**
 * Lays a tree out as a version 17 blob, byte for byte as dtc does: header, reservations,
 * structure, strings; a property name that ends an earlier one shares its bytes.
 */
import { latin1Bytes, putBe32 } from './bytes.ts'
import * as fdt from './dtb-header.ts'
import type { DtNode } from './node.ts'
import type { DeviceTree } from './tree.ts'

/** Names longer than this are not searched for shared tails: that costs their length squared. */
const LONGEST_SHARED = 255

/** The strings block while it grows. */
class Strings {
  readonly #offsets = new Map<string, number>()
  readonly names: string[] = []
  size = 0

  /** Byte offset of a name: of the earliest place where it stands followed by a NUL. */
  offset(name: string): number {
    const known = this.#offsets.get(name)
    if (known !== undefined) return known
    const offset = this.size
    this.names.push(name)
    this.size += name.length + 1
    const tails = name.length <= LONGEST_SHARED ? name.length : 1
    for (let i = 0; i < tails; i++) {
      const tail = name.slice(i)
      if (!this.#offsets.has(tail)) this.#offsets.set(tail, offset + i)
    }
    if (!this.#offsets.has('')) this.#offsets.set('', offset + name.length)
    return offset
  }
}

/** A growing byte buffer with a cursor. */
class Output {
  bytes = new Uint8Array(4096)
  size = 0

  word(value: number): void {
    this.#reserve(4)
    putBe32(this.bytes, this.size, value)
    this.size += 4
  }

  /** Bytes, then zeroes up to a multiple of 4. */
  padded(bytes: Uint8Array): void {
    const padding = (4 - (bytes.length % 4)) % 4
    this.#reserve(bytes.length + padding)
    this.bytes.set(bytes, this.size)
    this.size += bytes.length + padding
  }

  #reserve(more: number): void {
    if (this.size + more <= this.bytes.length) return
    const bigger = new Uint8Array(Math.max(this.bytes.length * 2, this.size + more))
    bigger.set(this.bytes)
    this.bytes = bigger
  }
}

/** The blob. Throws when a name in the tree holds a NUL or a character beyond Latin-1. */
export function layOutDtb(tree: DeviceTree): Uint8Array {
  const strings = new Strings()
  const structure = new Output()
  const pending: (DtNode | null)[] = [tree.root]
  for (let node = pending.pop(); node !== undefined; node = pending.pop()) {
    if (node === null) {
      structure.word(fdt.FDT_END_NODE)
      continue
    }
    structure.word(fdt.FDT_BEGIN_NODE)
    structure.padded(terminated(node.name))
    for (const { name, value } of node.properties) {
      structure.word(fdt.FDT_PROP)
      structure.word(value.length)
      structure.word(strings.offset(name))
      structure.padded(value)
    }
    pending.push(null)
    for (let i = node.children.length - 1; i >= 0; i--) pending.push(node.children[i]!)
  }
  structure.word(fdt.FDT_END)

  const structureAt = fdt.FDT_HEADER_SIZE + (tree.reservations.length + 1) * 16
  const stringsAt = structureAt + structure.size
  const blob = new Uint8Array(stringsAt + strings.size)
  const header = [
    fdt.FDT_MAGIC,
    blob.length,
    structureAt,
    stringsAt,
    fdt.FDT_HEADER_SIZE,
    fdt.FDT_VERSION,
    fdt.FDT_LAST_COMPATIBLE,
    tree.bootCpu,
    strings.size,
    structure.size,
  ]
  for (const [i, word] of header.entries()) putBe32(blob, i * 4, word)
  for (const [i, { words }] of tree.reservations.entries()) {
    for (const [k, word] of words.entries()) {
      putBe32(blob, fdt.FDT_HEADER_SIZE + i * 16 + k * 4, word)
    }
  }
  blob.set(structure.bytes.subarray(0, structure.size), structureAt)
  let at = stringsAt
  for (const name of strings.names) {
    blob.set(terminated(name), at)
    at += name.length + 1
  }
  return blob
}

function terminated(name: string): Uint8Array {
  if (name.includes('\0')) throw new Error(`${JSON.stringify(name)} is no device tree name`)
  return latin1Bytes(`${name}\0`)
}
