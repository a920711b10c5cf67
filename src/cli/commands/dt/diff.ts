/** `dmaplumb dt diff A B`: two device trees compared by what they mean. */
import type { DtNode } from '../../../devicetree/node.ts'
import { diffTrees } from '../../../devicetree/tree-diff.ts'
import { type Call, type CommandRow, treeHelp } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { outputOptions, sourceOptions } from '../../options.ts'
import { nodesUnder, renderTreeDiff } from '../../render/dt-diff.ts'
import { oneBoard } from '../../with-boards.ts'

async function run(call: Call): Promise<number> {
  const { output, options, command } = call
  const before = await oneBoard(call, call.args[0] as string)
  const after = await oneBoard(call, call.args[1] as string)
  if (!before.ok) return after.ok ? before.code : Math.max(before.code, after.code)
  if (!after.ok) return after.code
  const diagnostics = [...before.value.diagnostics, ...after.value.diagnostics]
  output.diagnostics(diagnostics, false)
  const diff = diffTrees(before.value.board.tree, after.value.board.tree)
  const paths = (nodes: readonly DtNode[]): string[] =>
    nodes.flatMap((node) => (options.all ? [node, ...nodesUnder(node)] : [node])).map((n) => n.path)
  if (output.json) {
    const changed = diff.changed.map(({ path, property, before, after }) => {
      return { path, property, before, after }
    })
    const [added, removed] = [paths(diff.added), paths(diff.removed)]
    output.object({ schemaVersion: 1, command, changed, added, removed, diagnostics })
  } else output.lines(renderTreeDiff(diff, output.paint, options.all))
  const same = diff.changed.length + diff.added.length + diff.removed.length === 0
  return same ? exitCode.clean : exitCode.findings
}

/** Comparison; phandle numbers and the order of nodes and properties do not count. */
export const diffVerb: CommandRow = {
  name: 'diff',
  summary: 'what differs between two device trees, phandle numbers and order seen through',
  args: [
    { syntax: '<before>', help: treeHelp },
    { syntax: '<after>', help: treeHelp },
  ],
  options: [
    { flags: '--all', help: 'every node added or removed, and every phandle gained or lost' },
    ...sourceOptions,
    ...outputOptions,
  ],
  examples: ['dt diff old.dtb new.dtb', 'dt diff my.dts my.dtb --json'],
  run,
}
