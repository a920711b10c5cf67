/** What a check of a device tree is: a row, and a function that looks at one node at a time. */
import type { DtNode, DtProperty } from '../node.ts'
import type { TreeView } from './tree-view.ts'

/** How grave a finding is; `off`: the check runs only when it is asked for. */
export type CheckLevel = 'error' | 'warning' | 'off'

/** A text, or a function that makes it: long trees have findings that are counted, not shown. */
export type Text = string | (() => string)

/** Where and what, from inside a check. */
export interface Finding {
  node: DtNode
  /** The property that is wrong; left out when it is the node. */
  property?: DtProperty
  message: Text
  /** What to do about it. */
  remedy?: Text
}

/** Takes a finding of the check that runs. */
export type Report = (finding: Finding) => void

/** One check. */
export interface CheckRow {
  /** The name that dtc gives it: people look it up, and have it in their build scripts. */
  id: string
  /** dtc's default. */
  level: CheckLevel
  /** What holds for a tree that passes. */
  rule: string
  /** The check is about nodes with this property: the others are not looked at. */
  property?: string
  /** Looks at one node and reports. Called in document order. */
  check(node: DtNode, view: TreeView, report: Report): void
}
