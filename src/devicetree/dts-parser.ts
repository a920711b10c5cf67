/**
 * The statements of a device tree source, applied to a draft of the tree as they are read. After
 * a mistake, reading goes on with the next statement.
 */
import type { Position } from '../base/diagnostic.ts'
import { BodyReader } from './dts-body.ts'
import { type Draft, DraftNode } from './dts-draft.ts'
import { readInteger, words } from './dts-expression.ts'
import type { Label } from './dts-labels.ts'
import type { DtsReader } from './dts-reader.ts'
import { skipStatement } from './dts-recovery.ts'
import { readReference, type ValueReader } from './dts-value.ts'
import { memoryReservation } from './tree.ts'

const VERSION = /\/dts-v1\//y
const PLUGIN = /\/plugin\//y
const HEADER = /\/(?:dts-v1|plugin)\//y
const DIRECTIVE = /\/[a-z][a-z0-9-]*\//y

/** See the head of the file. */
export class DtsParser {
  /** True for an overlay: what extends an unknown node becomes a fragment. */
  isOverlay = false
  readonly #reader: DtsReader
  readonly #bodies: BodyReader
  readonly #draft: Draft
  /** What extends an unknown node, kept for the labels in it. */
  readonly #lost = new DraftNode('?')
  /** A node was defined or extended: only nodes may follow. */
  #inTree = false

  constructor(reader: DtsReader, values: ValueReader, draft: Draft) {
    this.#reader = reader
    this.#bodies = new BodyReader(reader, values)
    this.#draft = draft
  }

  /** Reads the whole source. */
  document(): void {
    const reader = this.#reader
    if (reader.peek(VERSION) === null) {
      reader.error(`expected /dts-v1/; first, found ${reader.found()}`)
    }
    this.#headers()
    while (!Number.isNaN(reader.next())) if (!this.#topLevel()) skipStatement(reader, true)
  }

  /** `/dts-v1/; /plugin/;`, as often as one likes, as includes may repeat it. */
  #headers(): void {
    const reader = this.#reader
    for (let first = true; reader.eat('/dts-v1/'); first = false) {
      const at = reader.here()
      // Older tools took `/dts-v1/ /plugin/;`: the overlay behind it is still read as one.
      if (reader.peek(PLUGIN) === null) this.#bodies.end('/dts-v1/')
      else reader.error("expected ';' after /dts-v1/, found /plugin/", at)
      const isOverlay = reader.eat('/plugin/')
      if (isOverlay) this.#bodies.end('/plugin/')
      if (!first && isOverlay !== this.isOverlay) {
        reader.error('one /dts-v1/; has /plugin/; behind it, and another has not', at)
      }
      this.isOverlay ||= isOverlay
    }
  }

  /** One statement outside every node; false when it made no sense. */
  #topLevel(): boolean {
    const reader = this.#reader
    const at = reader.here()
    const header = reader.match(HEADER)?.[0]
    if (header !== undefined) return this.#misplacedHeader(header, at)
    if (reader.eat('/delete-node/')) return this.#deleteReferenced(at)
    if (reader.eat('/omit-if-no-ref/')) {
      this.#needsTree('/omit-if-no-ref/', at)
      const node = this.#referenced()
      if (node === null) return this.#bodies.expected('a reference after /omit-if-no-ref/')
      if (node !== undefined) node.optional = true
      return this.#bodies.end('/omit-if-no-ref/')
    }
    const labels = this.#bodies.labels()
    if (reader.eat('/memreserve/')) return this.#reserve(at)
    if (reader.peek(DIRECTIVE) === null && reader.eat('/')) return this.#root(labels, at)
    return this.#extension(labels, at)
  }

  #misplacedHeader(header: string, at: Position): boolean {
    if (header === '/plugin/' && !this.#inTree && !this.isOverlay) {
      this.#reader.error('expected /plugin/; right after /dts-v1/;', at)
      this.isOverlay = true
    } else this.#reader.error(`${header} belongs at the start of the source`, at)
    return this.#bodies.end(header)
  }

  #root(labels: Map<string, Label> | undefined, at: Position): boolean {
    if (this.#reader.next() !== 123) return this.#bodies.expected("'{'")
    if (labels !== undefined) this.#reader.error('the root node takes no label', at)
    this.#inTree = true
    const braces = new DraftNode('', at)
    this.#bodies.read({ node: braces, around: '/', depth: 1, inChildren: false }, at)
    this.#draft.extendRoot(braces)
    return true
  }

  /** `&label { ... };`, to extend a node or, in an overlay, to begin a fragment. */
  #extension(labels: Map<string, Label> | undefined, at: Position): boolean {
    const reader = this.#reader
    const start = reader.here()
    const target = readReference(reader)
    if (target === null) return this.#bodies.expected("'/', a reference or a directive")
    if (reader.next() !== 123) return this.#bodies.expected("'{'")
    if (labels !== undefined) {
      this.#needsTree('a label', at)
      if (labels.size > 1) reader.error('only one label may stand in front of a reference', at)
    }
    // A path of an overlay is one of the base, unless there is a label in front.
    const foreign = this.isOverlay && labels === undefined && target.startsWith('/')
    const node = foreign ? undefined : this.#draft.find(target)
    if (node === undefined && !this.isOverlay) this.#draft.labels.unknown(target, start)
    else if (node === undefined && labels !== undefined) {
      reader.error('a node of the base gets no label here', at, 'label a node in the braces')
    }
    this.#inTree = true
    const braces = new DraftNode('', at)
    braces.labels = labels
    // In an overlay, what is in the braces lies two levels below the root.
    const [around, depth]: [DraftNode | string, number] =
      node === undefined ? [`&${target}`, 3] : [node, 1]
    this.#bodies.read({ node: braces, around, depth, inChildren: false }, at)
    if (node !== undefined) this.#draft.extend(node, braces)
    else if (this.isOverlay) this.#draft.addFragment(target, braces, start)
    else this.#draft.extend(this.#lost, braces)
    return true
  }

  /** dtc wants a node before statements about nodes. */
  #needsTree(what: string, at: Position): void {
    if (this.#inTree) return
    this.#reader.error(`${what} comes before any node`, at, 'begin with / { };')
    this.#inTree = true
  }

  #reserve(at: Position): boolean {
    if (this.#inTree) this.#reader.error('/memreserve/ comes before the nodes', at)
    const pair: number[] = []
    for (let i = 0; i < 2; i++) {
      const value = readInteger(this.#reader)
      if (value === null) return this.#bodies.expected('an address and a size after /memreserve/')
      pair.push(...words(value))
    }
    // A blob's list ends at the first entry of zeroes.
    if (pair.every((word) => word === 0)) {
      this.#reader.findings.warning('a reservation of nothing is left out', at)
    } else {
      this.#draft.reservations.push(memoryReservation(pair as [number, number, number, number]))
    }
    return this.#bodies.end('/memreserve/')
  }

  /** The node that a reference names: null when none is next, undefined (reported) for no node. */
  #referenced(): DraftNode | null | undefined {
    const at = this.#reader.here()
    const target = readReference(this.#reader)
    if (target === null) return null
    const node = this.#draft.find(target)
    if (node === undefined) this.#draft.labels.unknown(target, at)
    return node
  }

  #deleteReferenced(start: Position): boolean {
    this.#needsTree('/delete-node/', start)
    const at = this.#reader.here()
    const node = this.#referenced()
    if (node === null) return this.#bodies.expected('a reference after /delete-node/')
    if (node !== undefined && node === this.#draft.root) {
      this.#reader.error('the root node cannot be deleted', at)
    } else if (node !== undefined) this.#draft.delete(node)
    return this.#bodies.end('/delete-node/')
  }
}
