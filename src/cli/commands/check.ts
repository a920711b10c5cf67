/** `dmaplumb check BOARD...` */
import { TAKEN_AS_MET } from '../../analysis/why.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { boardHelp, type Call, type CommandRow } from '../command.ts'
import { exitCode, isBad } from '../exit-code.ts'
import { refused } from '../failures.ts'
import { kernelOption, machineOptions, outputOptions, readingOptions } from '../options.ts'
import { present } from '../present.ts'
import { renderCheck } from '../render/check.ts'
import { forEachBoard, readRequest } from '../with-boards.ts'

/** For people it stands below the table. */
const takenAsMet: Diagnostic = { severity: 'note', message: TAKEN_AS_MET }

async function run(call: Call): Promise<number> {
  const request = await readRequest(call)
  if (!request.ok) return request.code
  const { paint, width } = call.output
  let first = true
  return forEachBoard(call, call.args, ({ board, diagnostics }) => {
    const answer = call.analyses.checkBoard(board, request.value)
    if (!answer.ok) return refused(call, board.source, answer.diagnostics)
    const report = answer.report
    const found = call.output.json ? [...diagnostics, takenAsMet] : diagnostics
    present(call, report, found, () => {
      const lines = renderCheck(report, { paint, width, all: call.options.all })
      if (!first) lines.unshift('')
      first = false
      return lines
    })
    const bad = report.devices.some((d) => isBad(d.verdict))
    return bad ? exitCode.findings : exitCode.clean
  })
}

/** Boots each board on a kernel and judges every DMA master. */
export const checkCommand: CommandRow = {
  name: 'check',
  summary: 'boot each board on a kernel and judge every DMA master',
  args: [{ syntax: '<board...>', help: boardHelp }],
  options: [kernelOption, ...machineOptions, ...readingOptions, ...outputOptions],
  examples: [
    'check board:veyron --kernel v3.19-rc5+drivers',
    "check 'dtbs/**/*.dtb' --json",
    'check /proc/device-tree --config /boot/config-$(uname -r)',
  ],
  run,
}
