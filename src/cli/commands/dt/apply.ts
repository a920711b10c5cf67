/** `dmaplumb dt apply BASE OVERLAY...`: overlays applied as the kernel applies them. */
import type { Call, CommandRow } from '../../command.ts'
import { treeHelp } from '../../command.ts'
import { unreadable } from '../../failures.ts'
import { loadBoard } from '../../load-boards.ts'
import { outputOptions, sourceOptions } from '../../options.ts'
import { toOption, writeTree } from '../../write-tree.ts'

async function run(call: Call): Promise<number> {
  const { host, output, options } = call
  const [name, ...overlay] = call.args as [string, ...string[]]
  const loaded = await loadBoard({ name, found: true }, host, { ...options, overlay })
  if (loaded.board === null) return unreadable(call, loaded.source, loaded.diagnostics)
  output.diagnostics(loaded.diagnostics)
  const form = options.json ? 'json' : 'dtb'
  return writeTree(call, loaded.board.tree, options.to === '' ? form : options.to)
}

/** Application, in the order given. */
export const applyVerb: CommandRow = {
  name: 'apply',
  summary: 'overlays applied to a base, as the kernel does',
  args: [
    { syntax: '<base>', help: treeHelp },
    { syntax: '<overlay...>', help: '.dtbo files or sources with /plugin/, applied in this order' },
  ],
  options: [
    { ...toOption, help: 'the form to write (default: dtb, with --json json)' },
    { flags: '-o, --output <file>', help: 'where to write (default: standard output)' },
    ...sourceOptions,
    ...outputOptions,
  ],
  examples: ['dt apply base.dtb camera.dtbo -o with-camera.dtb'],
  run,
}
