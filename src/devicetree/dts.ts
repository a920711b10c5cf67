/**
 * Device tree sources in: what dtc reads and what `dtc -O dts` prints, overlays included, without
 * the C preprocessor. Follows dtc 1.6.1 in what a source means.
 */
import type { Parsed } from './dtb.ts'
import { buildTree } from './dts-build.ts'
import { Draft } from './dts-draft.ts'
import { DtsParser } from './dts-parser.ts'
import { DtsReader, type IncludeText } from './dts-reader.ts'
import { resolveReferences } from './dts-references.ts'
import { type IncludeBytes, ValueReader } from './dts-value.ts'
import { Findings } from './findings.ts'
import { addFixups } from './fixups.ts'
import { addSymbols } from './symbols.ts'
import { DeviceTree, type DtNode } from './tree.ts'

/** Options of `parseDts`. */
export interface ParseDtsOptions {
  /** File name for diagnostics, and what /include/ paths are relative to. */
  source?: string
  /** Finds files for /include/; without it, every /include/ is an error. */
  include?: IncludeText
  /** Finds files for /incbin/; without it, every /incbin/ is an error. */
  incbin?: IncludeBytes
  /** Makes `/__symbols__` of the labels, as `dtc -@` does, so that overlays can refer to them. */
  symbols?: boolean
}

/**
 * Reads a source. Never throws on what the text holds: mistakes are reported with line and column
 * (both from 1, columns in UTF-16 units), several in one run. With errors the tree holds what
 * could be made out; it is null where no root node was defined.
 *
 * An overlay (`/plugin/`) becomes the tree of its blob: fragments, `__fixups__` and
 * `__local_fixups__`. `applyOverlay` puts it into a base.
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
  const built = buildTree(draft, findings)
  if (built === null) {
    const remedy = parser.isOverlay ? '&label { ... };' : '/ { ... };'
    reader.error(`there is no root node: ${remedy}`)
    return { tree: null, diagnostics: findings.finish() }
  }
  const { root } = built
  const { isOverlay: overlay } = parser
  const symbols = options.symbols === true
  const { uses, nodes, phandle } = resolveReferences(built, findings, { overlay, symbols })
  const parts = { reservations: draft.reservations, bootCpu: firstCpu(root) }
  if (symbols) addSymbols(root, nodes, phandle, findings)
  if (overlay) addFixups(root, uses, findings)
  return { tree: new DeviceTree(root, parts), diagnostics: findings.finish() }
}

/** The `reg` of the first node under /cpus when it is one cell, as dtc takes it; else 0. */
function firstCpu(root: DtNode): number {
  const reg = root.child('cpus')?.children[0]?.cells('reg')
  return reg?.length === 1 ? reg[0]! : 0
}
