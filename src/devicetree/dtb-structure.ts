/**
 * The structure block of a blob: a stream of tokens that open and close nodes (Devicetree
 * Specification 0.4, chapter 5.4). Read in one pass without recursion. A broken stream yields
 * what came before the break; each finding carries the byte offset.
 */
import { be32, latin1, NO_BYTES } from './bytes.ts'
import * as fdt from './dtb-header.ts'
import { reportDuplicates } from './duplicates.ts'
import type { Findings } from './findings.ts'
import { DtNode, type DtProperty } from './node.ts'

/** Nodes deeper than this are left out, as Linux does (FDT_MAX_DEPTH in drivers/of/fdt.c). */
export const MAX_DEPTH = 64

/**
 * Bytes of a name that are read. The specification allows 31, and names may overlap in the strings
 * block: without a limit a small blob could make this copy the same bytes again and again.
 */
export const MAX_NAME = 256

/** Reads the nodes. Null when not even a root begins. */
export function readStructure(
  bytes: Uint8Array,
  header: fdt.DtbHeader,
  findings: Findings,
): DtNode | null {
  return new StructureReader(bytes, header, findings).read()
}

class StructureReader {
  readonly #bytes: Uint8Array
  readonly #header: fdt.DtbHeader
  readonly #findings: Findings
  readonly #end: number
  /** Property names by their offset in the strings block: boards repeat a few hundred names. */
  readonly #names = new Map<number, string | null>()
  #at: number
  #root: DtNode | null = null
  #node: DtNode | null = null
  #depth = 0

  constructor(bytes: Uint8Array, header: fdt.DtbHeader, findings: Findings) {
    this.#bytes = bytes
    this.#header = header
    this.#findings = findings
    this.#at = header.structure.start
    this.#end = header.structure.end
  }

  read(): DtNode | null {
    while (this.#token());
    if (this.#root === null && !this.#findings.failed) this.#error('there is no root node')
    return this.#root
  }

  /** One token; false to stop, at the end or where nothing further makes sense. */
  #token(): boolean {
    if (this.#at + 4 > this.#end) {
      return this.#error(`the structure block ends without FDT_END, ${this.#openNodes()}`)
    }
    const at = this.#at
    const token = be32(this.#bytes, at)
    this.#at += 4
    if (token === fdt.FDT_PROP) return this.#property(at)
    if (token === fdt.FDT_BEGIN_NODE) return this.#begin(at)
    if (token === fdt.FDT_END_NODE) return this.#endNode(at)
    if (token === fdt.FDT_NOP) return true
    if (token !== fdt.FDT_END) {
      return this.#error(`0x${token.toString(16)} is no token, ${this.#openNodes()}`, at)
    }
    if (this.#depth > 0) this.#error(`FDT_END too early, ${this.#openNodes()}`, at)
    if (this.#header.version >= 17 && this.#at < this.#end) {
      const extra = `${this.#end - this.#at} bytes`
      this.#findings.warning(`${extra} after FDT_END are not read`, this.#findings.offset(this.#at))
    }
    return false
  }

  #begin(at: number): boolean {
    const start = this.#at
    const nul = this.#bytes.indexOf(0, start)
    if (nul < 0 || nul >= this.#end) return this.#error('a node name is not terminated', start)
    this.#at = this.#aligned(nul + 1, 4)
    if (this.#depth === 0 && this.#root !== null) return this.#error('a second root node', at)
    this.#depth++
    if (this.#depth > MAX_DEPTH) {
      if (this.#depth === MAX_DEPTH + 1) {
        this.#error(`nodes nested deeper than ${MAX_DEPTH} are left out, as Linux does`, at)
      }
      return true
    }
    const name = this.#nodeName(start, nul)
    const node = new DtNode(name, this.#node, this.#findings.offset(at))
    if (this.#node === null) this.#root = node
    else {
      if (name === '' || name.includes('/')) {
        this.#findings.warning(
          `${JSON.stringify(name)} is no node name, under ${this.#node.path}`,
          this.#findings.offset(start),
        )
      }
      this.#node.children.push(node)
    }
    this.#node = node
    return true
  }

  /** Before version 16 the stream holds whole paths. A name that is too long is cut. */
  #nodeName(start: number, nul: number): string {
    const isPath = this.#header.version < 16
    const from = isPath ? start + this.#bytes.subarray(start, nul).lastIndexOf(0x2f) + 1 : start
    if (nul - from > MAX_NAME) this.#error(`a node name of more than ${MAX_NAME} bytes`, from)
    return latin1(this.#bytes, from, Math.min(nul, from + MAX_NAME))
  }

  #endNode(at: number): boolean {
    if (this.#depth === 0) return this.#error('FDT_END_NODE without a node to close', at)
    if (this.#depth <= MAX_DEPTH) {
      reportDuplicates(this.#node!, this.#findings)
      this.#node = this.#node!.parent
    }
    this.#depth--
    return true
  }

  #property(at: number): boolean {
    if (this.#at + 8 > this.#end) return this.#error('the blob ends inside a property', at)
    const length = be32(this.#bytes, this.#at)
    const nameOffset = be32(this.#bytes, this.#at + 4)
    let start = this.#at + 8
    // Before version 16 a value of 8 bytes or more starts at a multiple of 8.
    if (this.#header.version < 16 && length >= 8) start = this.#aligned(start, 8)
    if (start + length > this.#end) {
      const left = Math.max(0, this.#end - start)
      return this.#error(`a property of ${length} bytes, but ${left} are left`, at)
    }
    this.#at = this.#aligned(start + length, 4)
    if (this.#depth > MAX_DEPTH) return true
    const node = this.#node
    if (node === null) return this.#error('a property outside every node', at) || true
    const name = this.#propertyName(nameOffset, at)
    if (name === null) return true
    if (node.children.length > 0) {
      this.#error(`${node.path}: ${name} comes after a child node, where Linux does not see it`, at)
    }
    // Before version 16 a property called name repeats the node's own name.
    if (this.#header.version < 16 && name === 'name') return true
    const value = length === 0 ? NO_BYTES : this.#bytes.subarray(start, start + length)
    const property: DtProperty = { name, value, at: this.#findings.offset(at) }
    node.properties.push(property)
    return true
  }

  #propertyName(offset: number, at: number): string | null {
    const known = this.#names.get(offset)
    if (known !== undefined) return known
    const start = this.#header.strings.start + offset
    const end = this.#header.strings.end
    const most = Math.min(end, start + MAX_NAME + 1)
    const length = start < end ? this.#bytes.subarray(start, most).indexOf(0) : -1
    let name: string | null = null
    if (start >= end) {
      this.#error(`a property's name is at ${offset}, outside the strings block`, at)
    } else if (length >= 0) {
      name = latin1(this.#bytes, start, start + length)
    } else if (most < end) {
      this.#error(`a property name of more than ${MAX_NAME} bytes`, at)
    } else {
      this.#error('a property name is not terminated', start)
    }
    this.#names.set(offset, name)
    return name
  }

  /** Alignment counts from the start of the block, wherever that lies. */
  #aligned(at: number, to: number): number {
    const start = this.#header.structure.start
    return start + Math.ceil((at - start) / to) * to
  }

  #openNodes(): string {
    if (this.#depth === 0) return 'outside every node'
    return `with ${this.#depth} ${this.#depth === 1 ? 'node' : 'nodes'} open: ${this.#node!.path}`
  }

  /** Reports an error and returns false, so that a reader can stop with it. */
  #error(message: string, at = this.#at): false {
    this.#findings.error(message, this.#findings.offset(at))
    return false
  }
}
