/** `dmaplumb dt check FILE...`: the structural checks of dtc, with places and reasons. */
import type { Diagnostic } from '../../../base/diagnostic.ts'
import { nearNames } from '../../../base/near-names.ts'
import { checkTree } from '../../../devicetree/checks/check-tree.ts'
import { checks } from '../../../devicetree/checks/checks.ts'
import { type Call, type CommandRow, treeHelp } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { refused } from '../../failures.ts'
import { type Options, outputOptions, readingOptions } from '../../options.ts'
import { renderCheckList, renderFindings } from '../../render/dt-check.ts'
import { forEachBoard, type ReadBoard } from '../../with-boards.ts'

async function run(call: Call): Promise<number> {
  const { args, options } = call
  const unknown = unknownChecks([...options.only, ...options.ignore])
  if (unknown.length > 0) return refused(call, null, unknown)
  const selected = selectedChecks(options)
  if (options.list) return list(call, selected)
  if (args.length === 0) {
    const message = 'no device tree to check'
    return refused(call, null, [{ severity: 'error', message, remedy: 'name a file, or --list' }])
  }
  return forEachBoard(call, args, (read) => checkOne(call, read, selected))
}

function unknownChecks(names: readonly string[]): Diagnostic[] {
  const known = checks.map(({ id }) => id)
  return names
    .filter((name) => !known.includes(name))
    .map((name) => {
      const near = nearNames(name.slice(0, 100), known)
      const remedy = near.length > 0 ? `did you mean ${near.join(', ')}?` : '--list names all'
      return { severity: 'error', message: `there is no check ${name}`, remedy }
    })
}

/** What --only says, else the checks that are on, or all of them; without what --ignore says. */
function selectedChecks({ only, ignore, all }: Options): string[] {
  return checks
    .filter(({ id, level }) => (only.length > 0 ? only.includes(id) : all || level !== 'off'))
    .map(({ id }) => id)
    .filter((id) => !ignore.includes(id))
}

function list({ output, command, options }: Call, selected: readonly string[]): number {
  const narrowed = options.only.length + options.ignore.length > 0
  const rows = checks.filter(({ id }) => !narrowed || selected.includes(id))
  if (output.json) {
    const listed = rows.map(({ id, level, rule }) => ({ id, level, rule }))
    output.object({ schemaVersion: 1, command, checks: listed })
  } else output.lines(renderCheckList(rows, output.paint, output.width))
  return exitCode.clean
}

function checkOne(call: Call, read: ReadBoard, selected: readonly string[]): number {
  const { output, command } = call
  const { source, tree } = read.board
  const told = read.diagnostics.filter(({ severity }) => output.json || severity !== 'note')
  const found = [...told, ...checkTree(tree, { checks: selected })].map(
    (diagnostic): Diagnostic => ({ ...diagnostic, at: { source, ...diagnostic.at } }),
  )
  if (output.json) {
    output.object({ schemaVersion: 1, command, board: { source }, diagnostics: found })
  } else output.lines(renderFindings(source, found, selected.length))
  return found.some(({ severity }) => severity !== 'note') ? exitCode.findings : exitCode.clean
}

/** Checks of a tree's structure, under the names that dtc gives them. */
export const checkVerb: CommandRow = {
  name: 'check',
  summary: 'what dtc warns of, and where: lengths, names, addresses, references, graphs',
  args: [{ syntax: '[file...]', help: treeHelp }],
  options: [
    { flags: '--only <id>', help: 'this check only; may be repeated', repeatable: true },
    { flags: '--ignore <id>', help: 'without this check; may be repeated', repeatable: true },
    { flags: '--all', help: 'checks too that are off by default' },
    { flags: '--list', help: 'print the checks, and what each one demands' },
    ...readingOptions,
    ...outputOptions,
  ],
  examples: [
    'dt check my.dtb',
    'dt check arch/arm64/boot/dts/rockchip/*.dtb --ignore graph_child_address',
    'dt check my.dts --only reg_format --only ranges_format',
    'dt check --list',
  ],
  run,
}
