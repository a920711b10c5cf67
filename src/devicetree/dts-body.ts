/** The statements between the braces of a node of a device tree source. */
import type { Position } from '../base/diagnostic.ts'
import { NO_BYTES } from './bytes.ts'
import { MAX_DEPTH } from './dtb-structure.ts'
import { DraftNode } from './dts-draft.ts'
import type { Label } from './dts-labels.ts'
import type { DtsReader } from './dts-reader.ts'
import { skipBraces, skipStatement } from './dts-recovery.ts'
import { type DtsValue, LABEL, type ValueReader } from './dts-value.ts'

const NAME = /\\?([a-zA-Z0-9,._+*#?@-]+)/y

/** A node whose braces are being read. */
export interface Body {
  /** What stands in these braces, before it is merged into the node that they extend. */
  node: DraftNode
  /** The braces around these, the node that they extend, or its label. */
  around: Body | DraftNode | string
  /** The root's is 1. */
  depth: number
  /** A child node was named: no property may come any more. */
  inChildren: boolean
}

/** See the head of the file. */
export class BodyReader {
  readonly #reader: DtsReader
  readonly #values: ValueReader
  /** The missing `}` of the innermost node is reported, and not that of each node around it. */
  #unclosed = false
  #labelCount = 0

  constructor(reader: DtsReader, values: ValueReader) {
    this.#reader = reader
    this.#values = values
  }

  /** `{ ... };` of a node that begins at `at`. */
  read(body: Body, at: Position): void {
    const reader = this.#reader
    reader.eat('{')
    if (body.depth > MAX_DEPTH) {
      reader.error(`nodes nested deeper than ${MAX_DEPTH}`, at)
      skipBraces(reader)
      this.end('}')
      return
    }
    while (!reader.eat('}')) {
      if (Number.isNaN(reader.next())) {
        if (!this.#unclosed) reader.error(`${pathOf(body)}: '}' is missing`, at)
        this.#unclosed = true
        return
      }
      if (!this.#statement(body)) skipStatement(reader, false)
    }
    this.end('}')
  }

  /** One statement inside a node; false when it made no sense. */
  #statement(body: Body): boolean {
    const reader = this.#reader
    let optional = false
    let labels = this.labels()
    while (reader.eat('/omit-if-no-ref/')) {
      optional = true
      labels = this.labels(labels)
    }
    const start = reader.here()
    if (reader.eat('/delete-property/')) {
      if (optional) reader.error('/omit-if-no-ref/ is for nodes', start)
      return this.#deleteProperty(body, start)
    }
    if (reader.eat('/delete-node/')) return this.#deleteChild(body, labels)
    const at = reader.here()
    const name = reader.match(NAME)?.[1]
    if (name === undefined) return this.expected("a property, a node or '}'")
    const next = reader.next()
    if (next === 123) {
      this.#child(body, name, labels, optional, at)
      return true
    }
    const value = this.#value(next)
    if (value === null) return false
    if (optional) reader.error(`${name}: /omit-if-no-ref/ is for nodes`, at)
    if (body.inChildren) reader.error(`${name}: properties come before child nodes`, at)
    body.node.properties.push({ name, value, labels, at, deleted: false })
    return this.end(name)
  }

  #value(next: number): DtsValue | null {
    if (this.#reader.eat('=')) return this.#values.read()
    // A name alone on its line lacks its `;`, which the caller reports.
    if (next === 59 || next === 125 || this.#reader.onNewLine) {
      return { bytes: NO_BYTES, references: [] }
    }
    this.expected("'=', ';' or '{'")
    return null
  }

  #child(
    body: Body,
    name: string,
    labels: Map<string, Label> | undefined,
    optional: boolean,
    at: Position,
  ): void {
    body.inChildren = true
    const child = new DraftNode(name, at)
    child.labels = labels
    child.optional = optional
    child.parent = body.node
    body.node.children.push(child)
    this.read({ node: child, around: body, depth: body.depth + 1, inChildren: false }, at)
  }

  #deleteProperty(body: Body, at: Position): boolean {
    const name = this.#reader.match(NAME)?.[1]
    if (name === undefined) return this.expected('the name of a property to delete')
    if (body.inChildren) {
      this.#reader.error(`${name}: properties are deleted before child nodes`, at)
    }
    const { properties } = body.node
    properties.push({ name, value: undefined, labels: undefined, at, deleted: true })
    return this.end(name)
  }

  #deleteChild(body: Body, labels: Map<string, Label> | undefined): boolean {
    const at = this.#reader.here()
    const name = this.#reader.match(NAME)?.[1]
    if (name === undefined) return this.expected('the name of a child node to delete')
    body.inChildren = true
    const child = new DraftNode(name, at)
    child.labels = labels
    child.deleted = true
    child.parent = body.node
    body.node.children.push(child)
    return this.end(name)
  }

  /** Labels that are next, innermost first, in front of which `outer` stand. */
  labels(outer?: Map<string, Label>): Map<string, Label> | undefined {
    const reader = this.#reader
    if (reader.peek(LABEL) === null) return outer
    const found: Label[] = [...(outer?.values() ?? [])].reverse()
    while (reader.peek(LABEL) !== null) {
      const at = reader.here()
      const name = reader.match(LABEL)![1]!
      found.push({ name, at, order: this.#labelCount++, deleted: false })
    }
    const labels = new Map<string, Label>()
    for (const label of found.reverse()) if (!labels.has(label.name)) labels.set(label.name, label)
    return labels
  }

  /**
   * The `;` that ends a statement. Where it is missing and the next token begins a line, it was
   * forgotten: only that is reported, and the next statement is read.
   */
  end(after: string): true {
    const reader = this.#reader
    if (reader.eat(';')) return true
    const found = reader.found()
    reader.error(`expected ';' after ${after}, found ${found}`)
    if (!reader.onNewLine && found !== '}') skipStatement(reader, false)
    return true
  }

  expected(what: string): false {
    this.#reader.error(`expected ${what}, found ${this.#reader.found()}`)
    return false
  }
}

function pathOf(body: Body): string {
  const names: string[] = []
  let around: Body | DraftNode | string = body
  while (typeof around !== 'string' && !(around instanceof DraftNode)) {
    names.push(around.node.name)
    around = around.around
  }
  const start = typeof around === 'string' ? around : around.path
  const path = names.reverse().slice(1).join('/')
  return start === '/' || path === '' ? `${start}${path}` : `${start}/${path}`
}
