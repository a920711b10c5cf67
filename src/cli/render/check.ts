/** `check` for people: what was assumed, a row a device, and a summary. */
import type { CheckReport, DeviceReport, NotExercised } from '../../analysis/contract.ts'
import { TAKEN_AS_MET } from '../../analysis/why.ts'
import { parseSize, prettyHex, prettySize } from '../../base/addr.ts'
import { type Paint, paintVerdict } from '../paint.ts'
import { type Column, renderTable } from '../table.ts'
import { indented, visibleLength } from '../wrap.ts'
import { allAssumed, footnote } from './footnote.ts'
import { verdictCounts } from './verdict-counts.ts'

/** How to render: colours, line width, and whether every device gets a row. */
export interface CheckStyle {
  paint: Paint
  width: number
  all: boolean
}

const columns: readonly Column[] = [
  { title: 'VERDICT' },
  { title: 'DEVICE', gives: true },
  { title: 'DRIVER', gives: true },
  { title: 'DMA OPS' },
  { title: 'IOMMU', gives: true },
]

/** Devices that get one line together: nobody expects anything of them. */
const grouped: readonly { why: NotExercised; words: string }[] = [
  { why: 'disabled', words: 'disabled' },
  { why: 'not-a-master', words: 'no DMA masters' },
]

/** Lines of a report. */
export function renderCheck(report: CheckReport, style: CheckStyle): string[] {
  const alone = style.all
    ? report.devices
    : report.devices.filter((d) => !grouped.some((g) => g.why === d.notExercised))
  const lines = [...header(report, style), '']
  if (alone.length > 0) lines.push(...deviceTable(alone, style), '')
  for (const { why, words } of style.all ? [] : grouped) {
    const names = report.devices.filter((d) => d.notExercised === why).map((d) => d.name)
    if (names.length === 0) continue
    const text = `${names.length} ${words}: ${names.join(', ')}`
    lines.push(...indented(text, style.width, '  ', '    ').map(style.paint.dim), '')
  }
  const note = footnote(allAssumed(report.devices.map((d) => d.assumed)), report.kernel.release)
  if (note !== null) lines.push(...indented(note, style.width, '  ', '    '))
  lines.push(`  ${verdictCounts(report.summary)}`)
  // Said once a board, because it holds for every verdict.
  lines.push(...indented(sentence(TAKEN_AS_MET), style.width, '  ').map(style.paint.dim))
  return lines
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`
}

function header({ board, kernel, memory, wiring }: CheckReport, style: CheckStyle): string[] {
  const about = [
    kernel.arch === 'arm' ? `32-bit ARM${kernel.lpae ? ' with LPAE' : ''}` : 'arm64',
    `${prettySize(kernel.pageSize)} pages`,
    kernel.config === null ? "the drivers of this board's SoC built in" : kernel.config,
    ...(kernel.cmdline === '' ? [] : [`command line "${kernel.cmdline}"`]),
  ]
  const banks = memory.map(({ base, size, assumed }) => {
    const where = `${prettySize(parseSize(size) ?? 0)} at ${prettyHex(parseSize(base) ?? 0)}`
    return assumed ? `${where} (assumed)` : where
  })
  const rows = [
    ['kernel', `${kernel.release}, ${about.join(', ')}`],
    ['with', kernel.with.join(', ')],
    ['without', kernel.without.join(', ')],
    ['memory', banks.join(', ')],
    ['wiring', wiring === 'tree' ? 'as the tree says' : `as ${wiring} says`],
  ]
  const title = board.model === '' ? board.source : `${board.source}: ${board.model}`
  return [
    style.paint.bold(title),
    ...rows
      .filter(([, text]) => text !== '')
      .flatMap(([name, text]) => {
        const head = `  ${name!.padEnd(8)} `
        return indented(text!, style.width, head, ' '.repeat(head.length))
      }),
  ]
}

/** Reasons get a column of their own where they all fit, else a line below their row. */
function deviceTable(devices: readonly DeviceReport[], style: CheckStyle): string[] {
  const indent = '  '
  const rows = devices.map((d) => row(d, style.paint))
  const reasons = devices.map((d) => d.reason)
  const beside = renderTable([...columns, { title: 'REASON' }], zip(rows, reasons), {
    width: Number.MAX_SAFE_INTEGER,
    indent,
    paintTitle: style.paint.bold,
  })
  if (beside.every((line) => visibleLength(line) <= style.width)) return beside
  const notes = reasons.map((reason) =>
    reason === '' ? [] : indented(reason, style.width - indent.length, '    ').map(style.paint.dim),
  )
  const tableStyle = { width: style.width, indent, paintTitle: style.paint.bold }
  return renderTable(columns, rows, tableStyle, notes)
}

function zip(rows: readonly string[][], reasons: readonly string[]): string[][] {
  return rows.map((cells, i) => [...cells, reasons[i] as string])
}

function row(device: DeviceReport, paint: Paint): string[] {
  const iommus = device.iommus.map(({ provider, ids }) => {
    const name = provider.slice(provider.lastIndexOf('/') + 1)
    return ids.length === 0 ? name : `${name} ${ids.join(' ')}`
  })
  return [
    paintVerdict(paint, device.verdict, device.assumed.length > 0),
    device.name,
    device.driver ?? '-',
    device.dma?.ops ?? '-',
    iommus.length > 0 ? iommus.join(', ') : '-',
  ]
}
