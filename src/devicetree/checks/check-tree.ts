/** Runs the structural checks over a tree. */
import type { Diagnostic } from '../../base/diagnostic.ts'
import type { DeviceTree } from '../tree.ts'
import type { CheckRow, Finding, Text } from './check-row.ts'
import { checks } from './checks.ts'
import { TreeView } from './tree-view.ts'

/** Findings of one tree that are told; the rest are counted. Real boards stay far below. */
export const MOST_FINDINGS = 5000

/** Options of `checkTree`. */
export interface CheckOptions {
  /** Names of the checks to run; when left out, those that are on by default. */
  checks?: readonly string[]
}

/**
 * What dtc would warn of, and where: findings by check, within a check in document order. A check
 * goes on where dtc gives up after another one failed. Throws for a check that does not exist.
 *
 * @example
 * checkTree(tree).map((d) => d.check) // ['reg_format']
 */
export function checkTree(tree: DeviceTree, options: CheckOptions = {}): Diagnostic[] {
  const view = new TreeView(tree)
  const found: Diagnostic[] = []
  let more = 0
  for (const row of selected(options)) {
    const report = (finding: Finding): void => {
      if (found.length < MOST_FINDINGS) found.push(diagnosticOf(row, finding))
      else more++
    }
    const nodes = row.property === undefined ? view.nodes : view.nodesWith(row.property)
    for (const node of nodes) row.check(node, view, report)
  }
  if (more > 0) found.push({ severity: 'warning', message: `${more} more findings` })
  return found
}

function selected({ checks: names }: CheckOptions): readonly CheckRow[] {
  if (names === undefined) return checks.filter(({ level }) => level !== 'off')
  const wanted = new Set(names)
  const rows = checks.filter(({ id }) => wanted.delete(id))
  const [unknown] = wanted
  if (unknown !== undefined) throw new Error(`there is no check ${unknown}`)
  return rows
}

const made = (text: Text): string => (typeof text === 'string' ? text : text())

function diagnosticOf(row: CheckRow, { node, property, message, remedy }: Finding): Diagnostic {
  const at = { ...(property?.at ?? node.at), path: node.path }
  const diagnostic: Diagnostic = {
    severity: row.level === 'error' ? 'error' : 'warning',
    check: row.id,
    message: made(message),
    at: property === undefined ? at : { ...at, property: property.name },
  }
  if (remedy !== undefined) diagnostic.remedy = made(remedy)
  return diagnostic
}
