/** Finds many nodes by exact paths, without going through long lists of children for each. */
import { NameIndex } from './name-index.ts'
import type { DtNode } from './node.ts'

/** See the head of the file. For a tree whose nodes stay as they are meanwhile. */
export class PathFinder {
  readonly #root: DtNode
  readonly #children = new NameIndex<DtNode>()

  constructor(root: DtNode) {
    this.#root = root
  }

  /** As `byPath` of a tree: empty parts do no harm. */
  find(path: string): DtNode | undefined {
    if (!path.startsWith('/')) return undefined
    let node: DtNode | undefined = this.#root
    for (const name of path.split('/')) {
      if (name !== '') node = node && this.#children.find(node.children, name)
    }
    return node
  }
}
