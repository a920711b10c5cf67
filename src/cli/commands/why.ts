/** `dmaplumb why BOARD DEVICE` */
import { boardHelp, type Call, type CommandRow, deviceHelp } from '../command.ts'
import { exitCode, isBad } from '../exit-code.ts'
import { refused } from '../failures.ts'
import { kernelOption, machineOptions, outputOptions, readingOptions } from '../options.ts'
import { present } from '../present.ts'
import { renderWhy } from '../render/why.ts'
import { oneBoard, readRequest } from '../with-boards.ts'

async function run(call: Call): Promise<number> {
  const { output } = call
  const request = await readRequest(call)
  if (!request.ok) return request.code
  const read = await oneBoard(call, call.args[0] as string)
  if (!read.ok) return read.code
  const { board, diagnostics } = read.value
  const answer = call.analyses.whyDevice(board, call.args[1] as string, request.value)
  if (!answer.ok) return refused(call, board.source, answer.diagnostics)
  const report = answer.report
  present(call, report, diagnostics, (r) => renderWhy(r, output.paint, output.width))
  return isBad(report.verdict) ? exitCode.findings : exitCode.clean
}

/** The chain of causes behind one device's verdict. */
export const whyCommand: CommandRow = {
  name: 'why',
  summary: "the chain of causes behind one device's verdict, as a person would tell it",
  args: [
    { syntax: '<board>', help: boardHelp },
    { syntax: '<device>', help: deviceHelp },
  ],
  options: [kernelOption, ...machineOptions, ...readingOptions, ...outputOptions],
  examples: ['why board:veyron ff930000.vop --kernel v3.19-rc5+drivers'],
  run,
}
