/**
 * The structure block of a blob: a stream of tokens that open and close nodes (Devicetree
 * Specification 0.4, chapter 5.4). Read in one pass without recursion. A broken stream yields
 * what came before the break; each finding carries the byte offset.
 */
import { be32, latin1, NO_BYTES } from './bytes.ts'
import * as fdt from './dtb-header.ts'
import { BlobProperty } from './dtb-property.ts'
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

/**
 * Nodes and properties that are read; real boards have up to 20 000. A bound on memory and time,
 * where a blob of gigabytes is nothing but nodes.
 */
export const MOST_ITEMS = 2 ** 21

/** What a property is called: dtc refuses other names, Linux does not mind. */
const PROPERTY_NAME = /^[\w,.+*#?-]+$/
/** What a node is called, and for speed: 1 for each byte of it but the @. */
const NODE_NAME = /^[\w,.+*#?-]+(@[\w,.+*#?-]*)?$/
const PLAIN = Uint8Array.from({ length: 256 }, (_, byte) =>
  PROPERTY_NAME.test(String.fromCharCode(byte)) ? 1 : 0,
)

/** What was read. */
export interface Structure {
  /** Null when not even a root begins. */
  root: DtNode | null
  /** Where reading stopped: a byte offset. */
  end: number
}

/** Reads the nodes. */
export function readStructure(
  bytes: Uint8Array,
  header: fdt.DtbHeader,
  findings: Findings,
): Structure {
  return new StructureReader(bytes, header, findings).read()
}

class StructureReader {
  readonly #bytes: Uint8Array
  readonly #header: fdt.DtbHeader
  readonly #findings: Findings
  readonly #end: number
  /** Property names by their offset in the strings block: boards repeat a few hundred names. */
  readonly #names = new Map<number, string | null>()
  /** The strings block, made at the first name: long names cut out of it share its memory. */
  #strings: string | undefined
  /** Properties and children of the open nodes, those of the innermost last. */
  readonly #properties: DtProperty[] = []
  readonly #children: DtNode[] = []
  /** Where those of an open node begin, by depth. */
  readonly #propertiesFrom: number[] = []
  readonly #childrenFrom: number[] = []
  #items = 0
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

  read(): Structure {
    while (this.#token());
    for (; this.#node !== null; this.#node = this.#node.parent) this.#close(this.#node, false)
    if (this.#root === null && !this.#findings.failed) this.#error('there is no root node')
    return { root: this.#root, end: this.#at }
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
    let nul = plainEnd(this.#bytes, start)
    if (nul > start && this.#bytes[nul] === 0x40) nul = plainEnd(this.#bytes, nul + 1)
    const plain = nul > start && this.#bytes[nul] === 0
    if (!plain) nul = this.#bytes.indexOf(0, nul)
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
    if (this.#tooMany(at)) return false
    const name = this.#nodeName(start, nul)
    const node = new DtNode(name, this.#node, this.#node === null ? this.#findings.offset(at) : at)
    if (this.#node === null) this.#root = node
    else {
      if (!plain && !NODE_NAME.test(name)) {
        this.#findings.warning(
          `${JSON.stringify(name)} is no node name, under ${this.#node.path}`,
          this.#findings.offset(start),
        )
      }
      this.#children.push(node)
    }
    this.#node = node
    this.#propertiesFrom.push(this.#properties.length)
    this.#childrenFrom.push(this.#children.length)
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
      this.#close(this.#node!, true)
      this.#node = this.#node!.parent
    }
    this.#depth--
    return true
  }

  /** Gives a node its lists, cut to size. */
  #close(node: DtNode, report: boolean): void {
    const properties = cutFrom(this.#properties, this.#propertiesFrom.pop()!)
    const children = cutFrom(this.#children, this.#childrenFrom.pop()!)
    if (report) reportDuplicates(node, properties ?? [], children ?? [], this.#findings)
    node.take(properties, children)
  }

  #tooMany(at: number): boolean {
    if (++this.#items <= MOST_ITEMS) return false
    const rest = 'the rest is left out'
    return !this.#error(`more than ${MOST_ITEMS} nodes and properties: ${rest}`, at)
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
    if (this.#tooMany(at)) return false
    const name = this.#propertyName(nameOffset, at)
    if (name === null) return true
    if (this.#children.length > this.#childrenFrom.at(-1)!) {
      this.#error(`${node.path}: ${name} comes after a child node, where Linux does not see it`, at)
    }
    // Before version 16 a property called name repeats the node's own name.
    if (this.#header.version < 16 && name === 'name') return true
    const value = length === 0 ? NO_BYTES : this.#bytes.subarray(start, start + length)
    this.#properties.push(new BlobProperty(name, value, at, this.#findings.source))
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
      // Where no name is there at all, that is said once, of the block.
      const nothing = this.#header.strings.start >= end && this.#findings.failed
      if (!nothing) {
        this.#error(`a property's name is at ${offset}, outside the strings block`, at)
      }
    } else if (length >= 0) {
      this.#strings ??= latin1(this.#bytes, this.#header.strings.start, end)
      name = this.#strings.slice(offset, offset + length)
      if (!PROPERTY_NAME.test(name)) {
        const what = `${this.#node!.path}: ${JSON.stringify(name)} is no property name`
        this.#findings.warning(what, this.#findings.offset(at))
      }
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

/** Takes the items from an index on off a list; null for none. */
function cutFrom<T>(items: T[], from: number): T[] | null {
  const count = items.length - from
  if (count === 0) return null
  if (count === 1) return [items.pop()!]
  const cut = items.slice(from)
  items.length = from
  return cut
}

/** The first byte at or after `at` that is none of a name. */
function plainEnd(bytes: Uint8Array, at: number): number {
  let end = at
  while (PLAIN[bytes[end]!] === 1) end++
  return end
}
