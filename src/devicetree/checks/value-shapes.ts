/** Properties of which only the shape of the value counts: one cell, one string, a list. */
import type { DtNode, DtProperty } from '../node.ts'
import { bytesText } from './cell-counts.ts'
import type { CheckRow, Report } from './check-row.ts'

/** What is wrong with a value that should be one string; null for nothing. */
export function stringProblem(value: Uint8Array): string | null {
  if (value.length === 0) return 'empty, but a string is expected'
  const nul = value.indexOf(0)
  if (nul === value.length - 1) return null
  return nul < 0
    ? `${bytesText(value.length)} without a terminating NUL, but a string is expected`
    : `several strings or raw bytes (${bytesText(value.length)}), but one string is expected`
}

/** Reports a list of strings that does not end where a string ends. */
function checkStrings(node: DtNode, property: DtProperty, report: Report): void {
  const { value } = property
  if (value.length === 0 || value.at(-1) === 0) return
  const message = `${bytesText(value.length)} that do not end in NUL, but strings are expected`
  report({ node, property, message })
}

/** The property is one string where it is there. */
function isString(id: string, name: string, level: 'error' | 'warning' = 'warning'): CheckRow {
  return {
    id,
    level,
    rule: `${name} is one string`,
    property: name,
    check: (node, view, report) => {
      const property = view.prop(node, name)
      const problem = property === undefined ? null : stringProblem(property.value)
      if (property !== undefined && problem !== null) report({ node, property, message: problem })
    },
  }
}

/** The property is one cell where it is there. */
export function isCell(id: string, name: string): CheckRow {
  return {
    id,
    level: 'warning',
    rule: `${name} is one cell`,
    property: name,
    check: (node, view, report) => {
      const property = view.prop(node, name)
      if (property === undefined || property.value.length === 4) return
      const message = `${bytesText(property.value.length)}, but one cell of 4 bytes is expected`
      report({ node, property, message })
    },
  }
}

/** See the head of the file. */
export const shapeChecks: readonly CheckRow[] = [
  isString('name_is_string', 'name', 'error'),
  isCell('address_cells_is_cell', '#address-cells'),
  isCell('size_cells_is_cell', '#size-cells'),
  isString('device_type_is_string', 'device_type'),
  isString('model_is_string', 'model'),
  isString('status_is_string', 'status'),
  isString('label_is_string', 'label'),
  {
    id: 'compatible_is_string_list',
    level: 'warning',
    rule: 'compatible is a list of strings',
    property: 'compatible',
    check: (node, view, report) => {
      const property = view.prop(node, 'compatible')
      if (property !== undefined) checkStrings(node, property, report)
    },
  },
  {
    id: 'names_is_string_list',
    level: 'warning',
    rule: 'a property whose name ends in -names is a list of strings',
    check: (node, _view, report) => {
      for (const property of node.properties) {
        if (property.name.endsWith('-names')) checkStrings(node, property, report)
      }
    },
  },
]
