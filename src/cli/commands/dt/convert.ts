/** `dmaplumb dt convert FILE --to FORM`: a device tree in another form. */
import type { Call, CommandRow } from '../../command.ts'
import { treeHelp } from '../../command.ts'
import { unreadable } from '../../failures.ts'
import { loadTree } from '../../load-boards.ts'
import { outputOptions, sourceOptions, symbolsOption } from '../../options.ts'
import { toOption, writeTree } from '../../write-tree.ts'

async function run(call: Call): Promise<number> {
  const { host, output } = call
  const file = call.args[0] as string
  const loaded = await loadTree({ name: file, found: true }, host, call.options)
  if (loaded.board === null) return unreadable(call, loaded.source, loaded.diagnostics)
  output.diagnostics(loaded.diagnostics, false)
  return writeTree(call, loaded.board.tree)
}

/** Conversion. An unedited blob comes back byte for byte. */
export const convertVerb: CommandRow = {
  name: 'convert',
  summary: 'a device tree as a source, a blob or JSON',
  args: [{ syntax: '<file>', help: treeHelp }],
  options: [
    { ...toOption, required: true },
    { flags: '-o, --output <file>', help: 'where to write (default: standard output)' },
    ...sourceOptions,
    symbolsOption,
    ...outputOptions,
  ],
  examples: [
    'dt convert my.dtb --to dts',
    'dt convert arch/arm64/boot/dts/vendor/board.dts --cpp --symbols --to dtb -o board.dtb',
  ],
  run,
}
