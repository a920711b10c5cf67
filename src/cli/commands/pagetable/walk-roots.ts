/** `pagetable walk IMAGE --find-root`: tables that look like roots, the best first. */
import { hex, prettyHex, prettySize } from '../../../base/addr.ts'
import type { FormatSpec } from '../../../pagetable/contract.ts'
import { formats } from '../../../pagetable/formats.ts'
import { findRoots, type RankedRoot } from '../../../pagetable/image/find-roots.ts'
import type { ImageMemory } from '../../../pagetable/image/image-memory.ts'
import { runsInWords } from '../../../pagetable/image/open-image.ts'
import type { Call } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { renderTable } from '../../table.ts'

/** Looks for roots of one format, or of all; 1 where there are none. */
export function rankRoots(
  call: Call,
  image: string,
  memory: ImageMemory,
  format: FormatSpec | null,
  limit: number,
): number {
  const { output, command } = call
  const progress = output.progress('looking for roots, percent')
  const found = findRoots(memory, format === null ? [...formats] : [format], (done, total) =>
    progress.tick(Math.floor((done / total) * 100), 100),
  )
  const shown = found.slice(0, limit)
  if (output.json) {
    for (const [i, root] of shown.entries()) {
      output.object({ schemaVersion: 1, command, image, rank: i + 1, ...asJson(root) })
    }
  } else if (shown.length > 0) output.lines(asLines(shown, output.width))
  if (found.length > limit) {
    const message = `${found.length - limit} more with lower scores; --limit shows them`
    output.diagnostics([{ severity: 'note', message }])
  }
  if (found.length > 0) return exitCode.clean
  const what = format === null ? 'no root of any format' : `no root of ${format.id}`
  const message = `${what} was found in ${runsInWords(memory.runs)}`
  const remedy = 'for raw memory --base must be its true address, or no link leads anywhere'
  if (output.json) {
    const diagnostics = [{ severity: 'warning', message, remedy }]
    output.object({ schemaVersion: 1, command, diagnostics })
  } else output.diagnostics([{ severity: 'warning', message, remedy, at: { source: image } }])
  return exitCode.findings
}

function asJson(found: RankedRoot) {
  const { format, root, score, tables, leaves, bytes, links, clean, asWritten, inside } = found
  const parts = { links, clean, asWritten, inside }
  const why = Object.fromEntries(Object.entries(parts).map(([k, v]) => [k, rounded(v)]))
  return {
    format,
    root: hex(root),
    score,
    tables,
    leaves,
    mapped: hex(bytes),
    why,
    also: found.also,
  }
}

const rounded = (part: number) => Math.round(part * 1000) / 1000

function percent(part: number): string {
  return part > 0 && part < 0.01 ? '<1 %' : `${Math.floor(part * 100)} %`
}

const legend = [
  'links: lead to tables; known: entries without unknown bits; written: pages as a driver writes them;',
  'inside: pages in the image',
]

function asLines(found: readonly RankedRoot[], width: number): string[] {
  const rows = found.map((root, i) => [
    String(i + 1),
    root.format,
    prettyHex(root.root),
    root.score.toFixed(1),
    String(root.tables),
    String(root.leaves),
    prettySize(root.bytes),
    percent(root.links),
    percent(root.clean),
    percent(root.asWritten),
    percent(root.inside),
    root.also.join(' '),
  ])
  const right = (title: string) => ({ title, align: 'right' as const })
  const columns = [
    right(''),
    { title: 'format' },
    { title: 'root' },
    ...['score', 'tables', 'leaves', 'mapped', 'links', 'known', 'written', 'inside'].map(right),
    { title: 'or', gives: true },
  ]
  return [...renderTable(columns, rows, { width }), ...legend]
}
