/** `dmaplumb dt VERB FILE`: device trees in and out. */
import { resolve } from 'node:path'
import { nearNames } from '../../base/near-names.ts'
import { printDtb } from '../../devicetree/dtb.ts'
import { printDts } from '../../devicetree/dts-print.ts'
import type { DeviceTree } from '../../devicetree/tree.ts'
import { treeJson } from '../../devicetree/tree-json.ts'
import type { Call, CommandRow } from '../command.ts'
import { exitCode } from '../exit-code.ts'
import { refused, unreadable } from '../failures.ts'
import { loadBoard } from '../load-boards.ts'
import { outputOptions } from '../options.ts'

/** What a tree can be turned into. */
const forms: Record<string, (tree: DeviceTree) => string | Uint8Array> = {
  dtb: printDtb,
  dts: printDts,
  json: (tree) =>
    `${JSON.stringify({ schemaVersion: 1, command: 'dt convert', ...treeJson(tree) })}\n`,
}

const verbs: Record<string, (call: Call, file: string) => Promise<number>> = { convert }

async function run(call: Call): Promise<number> {
  const [verb, file] = call.args as [string, string]
  const action = verbs[verb]
  if (action !== undefined) return action(call, file)
  const near = nearNames(verb, Object.keys(verbs))
  const remedy = `${near.length > 0 ? 'did you mean' : 'there is'} dt ${near[0] ?? Object.keys(verbs).join(', ')}`
  return refused(call, null, [{ severity: 'error', message: `no dt ${verb}`, remedy }])
}

/** Writes the tree in another form, to standard output or to the file of `-o`. */
async function convert(call: Call, file: string): Promise<number> {
  const { host, options, output } = call
  const loaded = await loadBoard({ name: file, found: true }, host)
  if (loaded.board === null) return unreadable(call, loaded.source, loaded.diagnostics)
  output.diagnostics(loaded.diagnostics, false)
  const form = forms[options.to] as (tree: DeviceTree) => string | Uint8Array
  const data = form(loaded.board.tree)
  if (options.output === null) host.out(data)
  else {
    try {
      host.writeFile(resolve(host.cwd, options.output), data)
    } catch (error) {
      const message = `cannot write ${options.output}: ${(error as Error).message}`
      return refused(call, null, [{ severity: 'error', message }])
    }
  }
  return exitCode.clean
}

/** Conversion. An unedited blob comes back byte for byte. */
export const dtCommand: CommandRow = {
  name: 'dt',
  summary: 'device trees in and out: dt convert FILE --to dts|dtb|json',
  args: [
    { syntax: '<verb>', help: 'convert' },
    {
      syntax: '<file>',
      help: 'a .dtb, a .dts, a directory like /proc/device-tree, -, or board:NAME',
    },
  ],
  options: [
    {
      flags: '--to <form>',
      help: 'the form to write',
      choices: Object.keys(forms),
      required: true,
    },
    { flags: '-o, --output <file>', help: 'where to write (default: standard output)' },
    ...outputOptions,
  ],
  examples: ['dt convert my.dtb --to dts', 'dt convert my.dts --to dtb -o my.dtb'],
  run,
}
