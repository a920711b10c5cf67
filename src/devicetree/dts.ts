/**
 * Device tree sources in: what dtc reads and what `dtc -O dts` prints, without overlays and
 * without the C preprocessor. Follows dtc 1.6.1 in what a source means.
 */
import type { Parsed } from './dtb.ts'
import { Draft } from './dts-draft.ts'
import { DtsParser } from './dts-parser.ts'
import { DtsReader, type IncludeText } from './dts-reader.ts'
import { resolveReferences } from './dts-references.ts'
import { type IncludeBytes, ValueReader } from './dts-value.ts'
import { Findings } from './findings.ts'
import { DeviceTree, type DtNode } from './tree.ts'

/** Options of `parseDts`. */
export interface ParseDtsOptions {
  /** File name for diagnostics, and what /include/ paths are relative to. */
  source?: string
  /** Finds files for /include/; without it, every /include/ is an error. */
  include?: IncludeText
  /** Finds files for /incbin/; without it, every /incbin/ is an error. */
  incbin?: IncludeBytes
}

/**
 * Reads a source. Never throws on what the text holds: mistakes are reported with line and column
 * (both from 1, columns in UTF-16 units), several in one run. With errors the tree holds what
 * could be made out; it is null for an overlay and where no root node was defined.
 *
 * @example
 * const { tree } = parseDts('/dts-v1/; / { model = "a board"; };')
 * tree?.model // 'a board'
 */
export function parseDts(text: string, options: ParseDtsOptions = {}): Parsed {
  const findings = new Findings(options.source)
  const reader = new DtsReader(text, options.source, findings, options.include)
  const draft = new Draft(reader)
  const parser = new DtsParser(reader, new ValueReader(reader, options.incbin), draft)
  parser.document()
  if (!parser.hasRoot && !parser.isOverlay) reader.error('there is no root node: / { ... };')
  if (parser.isOverlay || !parser.hasRoot) return { tree: null, diagnostics: findings.finish() }
  draft.finish()
  resolveReferences(draft, findings)
  const tree = new DeviceTree(draft.root, {
    reservations: draft.reservations,
    bootCpu: firstCpu(draft.root),
  })
  return { tree, diagnostics: findings.finish() }
}

/** The `reg` of the first node under /cpus when it is one cell, as dtc takes it; else 0. */
function firstCpu(root: DtNode): number {
  const reg = root.child('cpus')?.children[0]?.cells('reg')
  return reg?.length === 1 ? reg[0]! : 0
}
