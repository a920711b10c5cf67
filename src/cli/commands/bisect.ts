/** `dmaplumb bisect BOARD [DEVICE] --good K --bad K`, or `--script --kernel K`. */
import type { CheckReport, Request } from '../../analysis/contract.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { boardHelp, type Call, type CommandRow, deviceHelp } from '../command.ts'
import { bisectSkip, exitCode, isBad } from '../exit-code.ts'
import { refused } from '../failures.ts'
import {
  kernelOption,
  machineOptions,
  type Options,
  outputOptions,
  readingOptions,
} from '../options.ts'
import { present } from '../present.ts'
import { renderBisect } from '../render/bisect.ts'
import { renderScript } from '../render/script.ts'
import { oneBoard, type ReadBoard, readRequest } from '../with-boards.ts'

async function run(call: Call): Promise<number> {
  const { output, options } = call
  const wrong = misuse(options)
  if (wrong !== null) {
    output.message(`dmaplumb: error: ${wrong}`)
    return exitCode.usage
  }
  const request = await readRequest(call)
  if (!request.ok) return request.code
  const read = await oneBoard(call, call.args[0] as string)
  if (!read.ok) return read.code
  const judge = options.script ? judgeOne : findChange
  return judge(call, read.value, request.value)
}

/** Which options do not go together, or null. */
function misuse({ script, good, bad, kernel }: Options): string | null {
  if (script) return good + bad === '' ? null : '--script judges --kernel alone, without an end'
  if (good === '' || bad === '') return 'bisect takes --good and --bad, or --script and --kernel'
  return kernel === '' ? null : '--kernel goes with --script; the ends are --good and --bad'
}

function findChange(call: Call, { board, diagnostics }: ReadBoard, request: Request): number {
  const { output, options, analyses } = call
  const device = call.args[1] ?? null
  const answer = analyses.bisectBoard(board, device, options.good, options.bad, request)
  if (!answer.ok) return refused(call, board.source, answer.diagnostics)
  const report = answer.report
  present(call, report, diagnostics, (r) => renderBisect(r, output.paint, output.width))
  return exitCode.clean
}

/** One verdict: a device's, or without DEVICE the worst of the board. */
function judgeOne(call: Call, { board, diagnostics }: ReadBoard, request: Request): number {
  const { output, analyses } = call
  const device = call.args[1]
  if (device !== undefined) {
    const answer = analyses.whyDevice(board, device, request)
    if (!answer.ok) return refused(call, board.source, answer.diagnostics)
    output.diagnostics([...diagnostics, ...answer.report.diagnostics])
    if (output.json) output.object(answer.report)
    else output.lines(renderScript([{ ...answer.report, name: answer.report.device }]))
    return scriptCode([answer.report])
  }
  const answer = analyses.checkBoard(board, request)
  if (!answer.ok) return refused(call, board.source, answer.diagnostics)
  const counts = judgedCounts(answer.report.devices)
  output.diagnostics([...diagnostics, ...answer.report.diagnostics, counts])
  if (output.json) output.object(answer.report)
  else output.lines(renderScript(answer.report.devices.filter((d) => isBad(d.verdict))))
  return scriptCode(answer.report.devices)
}

/** So that nobody takes a 0 for a word about devices that nothing exercised. */
function judgedCounts(devices: CheckReport['devices']): Diagnostic {
  const idle = devices.filter(({ verdict }) => verdict === 'not-exercised').length
  const judged = devices.length - idle
  const noun = judged === 1 ? 'device was' : 'devices were'
  return { severity: 'note', message: `${judged} ${noun} judged, ${idle} not exercised` }
}

function scriptCode(judged: readonly Pick<CheckReport['devices'][number], 'verdict'>[]): number {
  if (judged.some(({ verdict }) => isBad(verdict))) return exitCode.findings
  return judged.some(({ verdict }) => verdict === 'ok') ? exitCode.clean : bisectSkip
}

/** The first change that turns a verdict. */
export const bisectCommand: CommandRow = {
  name: 'bisect',
  summary: 'the first change that turns the verdict, with the reason',
  args: [
    { syntax: '<board>', help: boardHelp },
    { syntax: '[device]', help: `${deviceHelp}; default: the first device that turns` },
  ],
  options: [
    { flags: '--good <spec>', help: 'a kernel on which it works' },
    { flags: '--bad <spec>', help: 'a kernel on which it does not' },
    {
      flags: '--script',
      help: 'judge --kernel alone, for `git bisect run`: exits 0 good, 1 bad, 125 not exercised, 128 and more on trouble',
    },
    kernelOption,
    ...machineOptions,
    ...readingOptions,
    ...outputOptions,
  ],
  examples: [
    'bisect board:veyron --good v3.18+drivers --bad v3.19-rc5+drivers',
    'bisect board.dtb ff930000.vop --script --kernel v3.19-rc5+drivers',
  ],
  run,
}
