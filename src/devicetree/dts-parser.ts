/**
 * The statements of a device tree source, applied to a draft of the tree as they are read. After
 * a mistake, reading goes on with the next statement.
 */
import type { Position } from '../base/diagnostic.ts'
import { NO_BYTES } from './bytes.ts'
import { MAX_DEPTH } from './dtb-structure.ts'
import type { Draft } from './dts-draft.ts'
import { readInteger, words } from './dts-expression.ts'
import type { DtsReader } from './dts-reader.ts'
import { skipBraces, skipStatement } from './dts-recovery.ts'
import { type DtsValue, LABEL, readReference, type ValueReader } from './dts-value.ts'
import { DtNode } from './node.ts'
import { memoryReservation } from './tree.ts'

const NAME = /\\?([a-zA-Z0-9,._+*#?@-]+)/y
const NODE_NAME = /^[a-zA-Z0-9,._+-]*(?:@[a-zA-Z0-9,._+-]*)?$/
const DIRECTIVE = /\/[a-z][a-z0-9-]*\//y

/** A node whose braces are being read. */
interface Body {
  node: DtNode
  /** The root's is 1. */
  depth: number
  /** What this pair of braces has defined: doing so twice in one pair is a mistake. */
  properties: Set<string>
  children: Set<string>
}

/** See the head of the file. */
export class DtsParser {
  /** True once a root node was defined. */
  hasRoot = false
  /** True for an overlay, which is not read. */
  isOverlay = false
  readonly #reader: DtsReader
  readonly #values: ValueReader
  readonly #draft: Draft
  /** The missing `}` of the innermost node is reported, and not that of each node around it. */
  #unclosed = false

  constructor(reader: DtsReader, values: ValueReader, draft: Draft) {
    this.#reader = reader
    this.#values = values
    this.#draft = draft
  }

  /** Reads the whole source. */
  document(): void {
    const reader = this.#reader
    if (reader.eat('/dts-v1/')) this.#end('/dts-v1/')
    else reader.error(`expected /dts-v1/; first, found ${reader.found()}`)
    while (!this.isOverlay && !Number.isNaN(reader.next())) {
      if (!this.#topLevel()) skipStatement(reader, true)
    }
  }

  /** One statement outside every node; false when it made no sense. */
  #topLevel(): boolean {
    const reader = this.#reader
    const at = reader.here()
    if (reader.eat('/dts-v1/')) return this.#end('/dts-v1/')
    if (reader.eat('/plugin/')) {
      reader.error('an overlay (/plugin/): it has no tree of its own', at, 'apply it to a base')
      this.isOverlay = true
      return true
    }
    if (reader.eat('/delete-node/')) return this.#deleteReferenced()
    if (reader.eat('/omit-if-no-ref/')) {
      const node = this.#referenced()
      if (node === null) return this.#expected('a reference after /omit-if-no-ref/')
      if (node !== undefined) this.#draft.optional.add(node)
      return this.#end('/omit-if-no-ref/')
    }
    const labels = this.#labels()
    if (reader.eat('/memreserve/')) return this.#reserve()
    let node: DtNode | null | undefined
    if (reader.peek(DIRECTIVE) === null && reader.eat('/')) {
      node = this.#draft.root
      this.hasRoot = true
      node.at ??= at
    } else node = this.#referenced()
    if (node === null) return this.#expected("'/', a reference or a directive")
    if (reader.next() !== 123) return this.#expected("'{'")
    // What extends an unknown node is still read, for the mistakes that are in it.
    const target = node ?? new DtNode('?')
    this.#draft.labels.define(labels, target, at)
    this.#body(target, at, 1)
    return true
  }

  #reserve(): boolean {
    const at = this.#reader.here()
    const pair: number[] = []
    for (let i = 0; i < 2; i++) {
      const value = readInteger(this.#reader)
      if (value === null) return this.#expected('an address and a size after /memreserve/')
      pair.push(...words(value))
    }
    // A blob's list ends at the first entry of zeroes.
    if (pair.every((word) => word === 0)) {
      this.#reader.findings.warning('a reservation of nothing is left out', at)
    } else {
      this.#draft.reservations.push(memoryReservation(pair as [number, number, number, number]))
    }
    return this.#end('/memreserve/')
  }

  /** The node that a reference names: null when none is next, undefined (reported) for no node. */
  #referenced(): DtNode | null | undefined {
    const at = this.#reader.here()
    const target = readReference(this.#reader)
    if (target === null) return null
    const node = this.#draft.find(target)
    if (node === undefined) this.#draft.labels.unknown(target, at)
    return node
  }

  #deleteReferenced(): boolean {
    const at = this.#reader.here()
    const node = this.#referenced()
    if (node === null) return this.#expected('a reference after /delete-node/')
    if (node?.parent === null) this.#reader.error('the root node cannot be deleted', at)
    else if (node !== undefined) this.#draft.delete(node)
    return this.#end('/delete-node/')
  }

  /** `{ ... };` of a node that begins at `at`. */
  #body(node: DtNode, at: Position, depth: number): void {
    const reader = this.#reader
    reader.eat('{')
    if (depth > MAX_DEPTH) {
      reader.error(`nodes nested deeper than ${MAX_DEPTH}`, at)
      skipBraces(reader)
      this.#end('}')
      return
    }
    const body: Body = { node, depth, properties: new Set(), children: new Set() }
    while (!reader.eat('}')) {
      if (Number.isNaN(reader.next())) {
        if (!this.#unclosed) reader.error(`${node.path}: '}' is missing`, at)
        this.#unclosed = true
        return
      }
      if (!this.#statement(body)) skipStatement(reader, false)
    }
    this.#end('}')
  }

  /** One statement inside a node; false when it made no sense. */
  #statement(body: Body): boolean {
    const reader = this.#reader
    let optional = false
    const labels = this.#labels()
    while (reader.eat('/omit-if-no-ref/')) {
      optional = true
      labels.push(...this.#labels())
    }
    if (reader.eat('/delete-property/')) return this.#deleteProperty(body)
    if (reader.eat('/delete-node/')) return this.#deleteChild(body)
    const at = reader.here()
    const name = reader.match(NAME)?.[1]
    if (name === undefined) return this.#expected("a property, a node or '}'")
    const next = reader.next()
    if (next === 123) {
      this.#child(body, name, labels, optional, at)
      return true
    }
    const value = this.#value(next)
    if (value === null) return false
    if (optional) reader.error(`${name}: /omit-if-no-ref/ is for nodes`, at)
    if (body.children.size > 0) reader.error(`${name}: properties come before child nodes`, at)
    if (name.includes('@')) reader.error(`${name}: a property name has no '@'`, at)
    if (body.properties.has(name)) reader.error(`${name} is defined twice in the same node`, at)
    body.properties.add(name)
    this.#draft.define(body.node, name, value, labels, at)
    return this.#end(name)
  }

  #value(next: number): DtsValue | null {
    if (this.#reader.eat('=')) return this.#values.read()
    // A name alone on its line lacks its `;`, which the caller reports.
    if (next === 59 || next === 125 || this.#reader.onNewLine) {
      return { bytes: NO_BYTES, references: [] }
    }
    this.#expected("'=', ';' or '{'")
    return null
  }

  #child(body: Body, name: string, labels: string[], optional: boolean, at: Position): void {
    if (body.children.has(name)) {
      this.#reader.error(`${name} is defined twice in the same node`, at)
    }
    if (!NODE_NAME.test(name)) {
      this.#reader.error(`${name}: a node name has letters, digits, ,._+- and one '@'`, at)
    }
    body.children.add(name)
    const child = this.#draft.child(body.node, name, at)
    this.#draft.labels.define(labels, child, at)
    if (optional) this.#draft.optional.add(child)
    this.#body(child, at, body.depth + 1)
  }

  #deleteProperty(body: Body): boolean {
    const name = this.#reader.match(NAME)?.[1]
    if (name === undefined) return this.#expected('the name of a property to delete')
    this.#draft.deleteProperty(body.node, name)
    body.properties.delete(name)
    return this.#end(name)
  }

  #deleteChild(body: Body): boolean {
    const name = this.#reader.match(NAME)?.[1]
    if (name === undefined) return this.#expected('the name of a child node to delete')
    this.#draft.deleteChild(body.node, name)
    body.children.delete(name)
    return this.#end(name)
  }

  #labels(): string[] {
    const labels: string[] = []
    for (let m = this.#reader.match(LABEL); m !== null; m = this.#reader.match(LABEL)) {
      labels.push(m[1]!)
    }
    return labels
  }

  /**
   * The `;` that ends a statement. Where it is missing and the next token begins a line, it was
   * forgotten: only that is reported, and the next statement is read.
   */
  #end(after: string): true {
    const reader = this.#reader
    if (reader.eat(';')) return true
    const found = reader.found()
    reader.error(`expected ';' after ${after}, found ${found}`)
    if (!reader.onNewLine && found !== '}') skipStatement(reader, false)
    return true
  }

  #expected(what: string): false {
    this.#reader.error(`expected ${what}, found ${this.#reader.found()}`)
    return false
  }
}
