/** The founding case for people: a table, what plain releases do, a bisection, and what to try. */
import type { BisectReport, MatrixReport, NotExercised, Verdict } from '../../analysis/contract.ts'
import { type Paint, paintVerdict } from '../paint.ts'
import { renderTable } from '../table.ts'
import { indented } from '../wrap.ts'
import { renderBisect } from './bisect.ts'
import { allAssumed } from './footnote.ts'
import {
  boardFootnote,
  byBoard,
  type MatrixRow,
  releaseNames,
  shortDevice,
  verdicts,
} from './matrix.ts'

/** What a plain release says of one device. */
export interface PlainCell {
  verdict: Verdict
  notExercised: NotExercised | null
}

/** Everything that the story is told from. */
export interface Story {
  matrix: MatrixReport
  releases: readonly string[]
  /** For each board, for each release, the telling devices. */
  plain: readonly { board: string; cells: readonly PlainCell[][] }[]
  bisection: BisectReport
}

const intro =
  'In January 2015 a clean-up of the ARM code, "plumb our iommu mapping ops into arch_setup_dma_ops", broke the boards whose drivers bring an I/O mapping of their own. Nothing failed to compile and nothing returned an error. Here every board below boots on three kernels, its drivers map buffers, its devices read and write them through the IOMMU, and a verdict says whether the bytes arrived.'

const plainIntro =
  'The plain releases say less, and that is the truth: mostly they have no driver yet for these boards. What cannot be bound is not exercised, neither good nor bad; +drivers gives each board what its release lacks.'

/** What a reader would otherwise take for the regression. */
const asides: readonly { board: string; verdict: Verdict; text: string }[] = [
  {
    board: 'board:odroid-xu3',
    verdict: 'corrupt',
    text: 'The devices that are corrupt before and after have two SysMMUs each. The Exynos code of these kernels programs one of them; the other passes I/O addresses on to memory as they are.',
  },
]

const yours = [
  'Try a board of your own, any .dtb or .dts:',
  '',
  '  npx dmaplumb check my-board.dtb',
  '  npx dmaplumb matrix my-board.dtb --kernels v3.18+drivers,v3.19-rc5+drivers,v3.19+drivers',
  '  npx dmaplumb why board:veyron ff930000.vop --kernel v3.19-rc5+drivers',
  '  npx dmaplumb --help',
]

/** Rows worth showing: what is not simply ok everywhere. */
export function tellingRows(rows: readonly MatrixRow[]): MatrixRow[] {
  return rows.filter((row) => row.verdicts.some((verdict) => verdict !== 'ok'))
}

/** Lines of the story. */
export function renderStory(story: Story, paint: Paint, width: number): string[] {
  const { matrix, bisection } = story
  return [
    ...indented(intro, width, ''),
    '',
    ...mainTable(matrix, paint, width),
    '',
    ...indented(plainIntro, width, ''),
    '',
    ...plainTable(story, paint, width),
    '',
    'Which change did it? Bisecting between the first two kernels of the table:',
    '',
    ...renderBisect(bisection, paint, width),
    '',
    ...yours,
  ]
}

function shortBoard(source: string): string {
  return source.replace(/^board:/, '')
}

function mainTable({ kernels, rows }: MatrixReport, paint: Paint, width: number): string[] {
  const cells: string[][] = []
  const notes: string[][] = []
  for (const [board, all] of byBoard(rows)) {
    const group = tellingRows(all)
    group.forEach((row, i) => {
      const name = i === 0 ? paint.bold(shortBoard(board)) : ''
      cells.push([name, shortDevice(row.device), ...verdicts(row, paint)])
    })
    const rest = all.filter((row) => !group.includes(row))
    if (rest.length > 0)
      cells.push(['', `and ${rest.length} more`, ...okCells(rest, kernels, paint)])
    const note = boardFootnote(all, releaseNames(kernels))
    if (note !== null) notes.push(indented(`${shortBoard(board)} ${note}`, width, '  ', '    '))
  }
  const columns = [{ title: 'BOARD' }, { title: 'DEVICE' }, ...kernels.map((title) => ({ title }))]
  const style = { width, indent: '  ', paintTitle: paint.bold }
  const table = renderTable(columns, cells, style)
  return [...table, '', ...notes.flat(), ...renderAsides(rows, width)]
}

function renderAsides(rows: readonly MatrixRow[], width: number): string[] {
  const holds = asides.filter((aside) =>
    rows.some((row) => row.board === aside.board && row.verdicts.includes(aside.verdict)),
  )
  return holds.flatMap(({ board, text }) =>
    indented(`${shortBoard(board)} ${text}`, width, '  ', '    '),
  )
}

/** Cells for devices that are ok on every kernel. */
function okCells(rows: readonly MatrixRow[], kernels: readonly string[], paint: Paint): string[] {
  return kernels.map((_, i) =>
    paintVerdict(paint, 'ok', allAssumed(rows.map((r) => r.assumed[i] ?? [])).length > 0),
  )
}

function plainTable({ plain, releases }: Story, paint: Paint, width: number): string[] {
  const columns = [{ title: 'BOARD' }, ...releases.map((title) => ({ title }))]
  const rows = plain.map(({ board, cells }) => [shortBoard(board), ...cells.map(tally)])
  return renderTable(columns, rows, { width, indent: '  ', paintTitle: paint.bold })
}

/** `2 no driver`, `1 fault, 1 ok`. */
function tally(cells: readonly PlainCell[]): string {
  const counts = new Map<string, number>()
  for (const { verdict, notExercised } of cells) {
    const word = (notExercised ?? verdict).replaceAll('no-', 'no ')
    counts.set(word, (counts.get(word) ?? 0) + 1)
  }
  return [...counts].map(([word, count]) => `${count} ${word}`).join(', ')
}
