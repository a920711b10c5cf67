/** `dmaplumb story`, which is `npm start`: the regression of January 2015 on the built-in boards. */
import type { Answer, Board, CheckReport, Request } from '../../analysis/contract.ts'
import type { Call, CommandRow } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { refused } from '../failures.ts'
import { outputOptions } from '../options.ts'
import { type PlainCell, renderStory, tellingRows } from '../render/story.ts'
import { oneBoard, readRequest } from '../with-boards.ts'

const boardNames = ['board:veyron', 'board:n900', 'board:koelsch', 'board:odroid-xu3']
const releases = ['v3.18', 'v3.19-rc5', 'v3.19']
const GOOD = 'v3.18+drivers'
const BAD = 'v3.19-rc5+drivers'

/** Stops the story where an analysis refuses. */
class Refusal extends Error {
  readonly answer: { diagnostics: Parameters<typeof refused>[2] }

  constructor(answer: Refusal['answer']) {
    super('refused')
    this.answer = answer
  }
}

function reportOf<Report>(answer: Answer<Report>): Report {
  if (!answer.ok) throw new Refusal(answer)
  return answer.report
}

/** What a plain release says of the devices that the story shows. */
function plainCells(report: CheckReport, paths: ReadonlySet<string>): PlainCell[] {
  return report.devices
    .filter(({ path }) => paths.has(path))
    .map(({ verdict, notExercised }) => ({ verdict, notExercised }))
}

async function tell(call: Call, request: Request): Promise<number> {
  const { analyses, output } = call
  const boards: Board[] = []
  for (const name of boardNames) {
    const read = await oneBoard(call, name)
    if (!read.ok) return read.code
    boards.push(read.value.board)
  }
  const kernels = releases.map((release) => `${release}+drivers`)
  const matrix = reportOf(analyses.matrixBoards(boards, kernels, request))
  const telling = tellingRows(matrix.rows)
  const plain = boards.map((board) => {
    const paths = new Set(
      telling.filter((row) => row.board === board.source).map((row) => row.device),
    )
    const cells = releases.map((kernel) =>
      plainCells(reportOf(analyses.checkBoard(board, { ...request, kernel })), paths),
    )
    return { board: board.source, cells }
  })
  const veyron = boards[0] as Board
  const bisection = reportOf(analyses.bisectBoard(veyron, null, GOOD, BAD, request))
  output.lines(renderStory({ matrix, releases, plain, bisection }, output.paint, output.width))
  return exitCode.clean
}

async function run(call: Call): Promise<number> {
  const request = await readRequest(call)
  if (!request.ok) return request.code
  try {
    return await tell(call, request.value)
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return refused(call, null, error.answer.diagnostics)
  }
}

/** The founding case, told from executed DMA. */
export const storyCommand: CommandRow = {
  name: 'story',
  summary: 'the regression that dmaplumb was made for, on four built-in boards',
  args: [],
  options: outputOptions.filter((option) => option.flags !== '--json'),
  examples: ['story'],
  run,
}
