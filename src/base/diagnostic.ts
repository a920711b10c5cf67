/** What is wrong with a user's input: collected and returned, never thrown. */
export type Severity = 'error' | 'warning' | 'note'

/** Where in an input: a line and column (both from 1) of a text, or a byte offset of a blob. */
export interface Position {
  /** File name as the user gave it. */
  source?: string
  line?: number
  column?: number
  /** Byte offset from the start of a binary input. */
  offset?: number
  /** Device tree path, for findings about a parsed tree. */
  path?: string
  property?: string
}

/**
 * One finding about an input, for people to read and act on. `error`: the input cannot be used as
 * it is.
 */
export interface Diagnostic {
  severity: Severity
  /** Name of the check that found it, where it has one that people look up (`reg_format`). */
  check?: string
  /** What was found and what was expected. */
  message: string
  at?: Position
  /** What the user can do about it. */
  remedy?: string
}

/** `board.dtb: offset 0x38: error: ...`, one line. */
export function formatDiagnostic(d: Diagnostic): string {
  const where: string[] = []
  const at = d.at
  if (at?.source !== undefined) {
    where.push(at.line === undefined ? at.source : `${at.source}:${at.line}:${at.column ?? 1}`)
  } else if (at?.line !== undefined) where.push(`line ${at.line}:${at.column ?? 1}`)
  if (at?.offset !== undefined) where.push(`offset 0x${at.offset.toString(16)}`)
  if (at?.path !== undefined) {
    where.push(at.property === undefined ? at.path : `${at.path} property ${at.property}`)
  }
  const head = where.length > 0 ? `${where.join(': ')}: ` : ''
  const tail = d.remedy === undefined ? '' : ` (${d.remedy})`
  const check = d.check === undefined ? '' : ` [${d.check}]`
  return `${head}${d.severity}: ${d.message}${tail}${check}`
}
