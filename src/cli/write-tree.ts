/** A device tree written out in the form that was asked for: `dt convert` and `dt apply`. */
import { resolve } from 'node:path'
import { printDtb } from '../devicetree/dtb.ts'
import { printDts, unprintable } from '../devicetree/dts-print.ts'
import type { DeviceTree } from '../devicetree/tree.ts'
import { treeJson } from '../devicetree/tree-json.ts'
import type { Call } from './command.ts'
import { exitCode } from './exit-code.ts'
import { refused, unreadable } from './failures.ts'
import type { OptionRow } from './options.ts'

/** What a tree can be turned into. */
const forms: Record<string, (tree: DeviceTree, command: string) => string | Uint8Array> = {
  dtb: printDtb,
  dts: printDts,
  json: (tree, command) => `${JSON.stringify({ schemaVersion: 1, command, ...treeJson(tree) })}\n`,
}

/** The form to write. */
export const toOption: OptionRow = {
  flags: '--to <form>',
  help: 'the form to write',
  choices: Object.keys(forms),
}

/** Writes to standard output or to the file of `-o`; returns an exit code. */
export function writeTree(call: Call, tree: DeviceTree, form = call.options.to): number {
  const { host, options } = call
  if (options.json && form !== 'json') {
    return failed(call, `--json prints JSON, and --to ${form} does not`, 'say --to json')
  }
  if (form === 'dts') {
    const problems = unprintable(tree)
    if (problems.length > 0) return unreadable(call, null, problems)
  }
  const data = forms[form]!(tree, call.command)
  if (options.output === null) {
    if (typeof data !== 'string' && host.outIsTerminal) {
      return failed(call, 'a blob is nothing for a terminal', 'write it to a file with -o')
    }
    host.out(data)
    return exitCode.clean
  }
  try {
    host.writeFile(resolve(host.cwd, options.output), data)
    return exitCode.clean
  } catch (error) {
    return failed(call, `cannot write ${options.output}: ${(error as Error).message}`)
  }
}

function failed(call: Call, message: string, remedy?: string): number {
  return refused(call, null, [
    { severity: 'error', message, ...(remedy === undefined ? {} : { remedy }) },
  ])
}
