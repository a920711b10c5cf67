/** `dmaplumb dt show FILE [PATH]`: a node and what its properties mean. */
import { nearNames } from '../../../base/near-names.ts'
import type { Diagnostic } from '../../../base/diagnostic.ts'
import { propertyMeaning } from '../../../devicetree/meaning.ts'
import type { DtNode } from '../../../devicetree/node.ts'
import { propertySource } from '../../../devicetree/property-source.ts'
import type { DeviceTree } from '../../../devicetree/tree.ts'
import { TreeReader } from '../../../devicetree/tree-reader.ts'
import { type Call, type CommandRow, treeHelp } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { refused } from '../../failures.ts'
import { outputOptions, readingOptions } from '../../options.ts'
import { nodesUnder } from '../../render/dt-diff.ts'
import { labelsOf, renderNode } from '../../render/dt-show.ts'
import { oneBoard } from '../../with-boards.ts'

async function run(call: Call): Promise<number> {
  const { output, options, command } = call
  const read = await oneBoard(call, call.args[0] as string)
  if (!read.ok) return read.code
  const { board, diagnostics } = read.value
  const wanted = call.args[1] ?? '/'
  const node = board.tree.resolve(wanted)
  if (node === undefined) return refused(call, board.source, [unknownPath(board.tree, wanted)])
  output.diagnostics(diagnostics, false)
  const reader = new TreeReader(board.tree)
  if (!output.json) {
    const { paint, width } = output
    output.lines(renderNode(reader, node, { paint, width, all: options.all }))
    return exitCode.clean
  }
  const nodes = options.all ? { nodes: nodesUnder(node).map((n) => nodeJson(reader, n)) } : {}
  output.object({
    schemaVersion: 1,
    command,
    board: { source: board.source },
    ...nodeJson(reader, node),
    children: node.children.map((child) => childJson(reader, child)),
    ...nodes,
    diagnostics,
  })
  return exitCode.clean
}

/** Longer texts are no slip of the fingers, and comparing them is slow. */
const LONGEST_TYPED = 100

/** Paths in the remedy. */
const MOST_OFFERED = 4

/** Nodes that are asked whether they were meant. */
const MOST_CANDIDATES = 20_000

function unknownPath(tree: DeviceTree, typed: string): Diagnostic {
  const at = { path: typed }
  const found: Diagnostic = {
    severity: 'error',
    message: 'no node has that path, label or alias',
    at,
  }
  const last = typed.replace(/\/+$/, '').split('/').at(-1)!.replace(/^&/, '')
  if (last.length > LONGEST_TYPED) return found
  const known = new Map<string, string[]>()
  for (const node of tree.nodes().slice(0, MOST_CANDIDATES)) {
    const label = tree.labelOf(node)
    for (const name of new Set([label, node.name, node.baseName])) {
      if (name === undefined || name === '' || name.length > LONGEST_TYPED) continue
      const paths = known.get(name)
      if (paths === undefined) known.set(name, [node.path])
      else if (paths.length < MOST_OFFERED) paths.push(node.path)
    }
  }
  const alike = known.get(last) ?? nearNames(last, known.keys()).flatMap((name) => known.get(name)!)
  const near = new Set(alike.slice(0, MOST_OFFERED))
  return near.size === 0 ? found : { ...found, remedy: `did you mean ${[...near].join(', ')}?` }
}

function nodeJson(reader: TreeReader, node: DtNode) {
  const properties = node.properties.map((property) => ({
    name: property.name,
    text: propertySource(reader, node, property),
    bytes: Array.from(property.value, (byte) => byte.toString(16).padStart(2, '0')).join(''),
    at: property.at ?? null,
    meaning: propertyMeaning(reader, node, property),
  }))
  return { path: node.path, name: node.name, labels: labelsOf(reader, node), properties }
}

function childJson(reader: TreeReader, node: DtNode) {
  const { path, name, compatible } = node
  return {
    path,
    name,
    labels: labelsOf(reader, node),
    compatible,
    status: node.string('status') ?? null,
  }
}

/** A node in source form, explained. */
export const showVerb: CommandRow = {
  name: 'show',
  summary: 'a node of a device tree, with what its cells mean',
  args: [
    { syntax: '<file>', help: treeHelp },
    { syntax: '[path]', help: 'a path, label or alias (default: the root)' },
  ],
  options: [
    { flags: '--all', help: 'everything below the node too' },
    ...readingOptions,
    ...outputOptions,
  ],
  examples: ['dt show my.dtb /soc/vop', 'dt show board:veyron vopb --json'],
  run,
}
