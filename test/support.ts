/** Loading built-in boards and running them, for tests. */
import { type Board, plainRequest, type Request } from '../src/analysis/contract.ts'
import { judgeBoard } from '../src/analysis/judge.ts'
import type { Judged, Judgement } from '../src/analysis/judged.ts'
import { prepareKernel } from '../src/analysis/prepare.ts'
import { parseDts } from '../src/devicetree/dts.ts'
import type { DeviceTree } from '../src/devicetree/tree.ts'
import { boards } from '../src/machine/boards/boards.ts'
import { Machine } from '../src/machine/machine.ts'

export { plainRequest }

/** Parses a source that must be free of errors. */
export function treeOf(source: string, text: string): DeviceTree {
  const { tree, diagnostics } = parseDts(text, { source })
  const errors = diagnostics.filter((d) => d.severity === 'error')
  if (tree === null || errors.length > 0) throw new Error(`${source}: ${errors[0]?.message}`)
  return tree
}

/** A built-in board, its source changed by `edit` if given. */
export function builtIn(name: string, edit: (dts: string) => string = (dts) => dts): Board {
  const source = `board:${name}`
  return { source, tree: treeOf(source, edit(boards.named(name).dts)) }
}

/** An edit that disables the node of a label (one without a status of its own). */
export function disable(label: string): (dts: string) => string {
  return (dts) => dts.replace(new RegExp(`(\\b${label}: [^{]*\\{)`), '$1\n\t\tstatus = "disabled";')
}

/** Boots and judges; throws when the kernel spec is refused. */
export function judge(board: Board, kernel: string, request: Partial<Request> = {}): Judgement {
  const full = { ...plainRequest, ...request, kernel }
  const { prepared, diagnostics } = prepareKernel(board, full)
  if (prepared === null) throw new Error(diagnostics.map((d) => d.message).join('; '))
  return judgeBoard(board, full, prepared)
}

/** The judged master of a name or path. */
export function master(judgement: Judgement, name: string): Judged {
  const found = judgement.masters.find((m) => m.name === name || m.node.path === name)
  if (found === undefined) throw new Error(`no master ${name}`)
  return found
}

/** Verdicts by device name, those that were not exercised left out. */
export function verdictsOf(judgement: Judgement): Record<string, string> {
  const exercised = judgement.masters.filter((m) => m.verdict !== 'not-exercised')
  return Object.fromEntries(exercised.map((m) => [m.name, m.verdict]))
}

/** A machine that has booted and not yet been used. */
export function bootedMachine(
  board: Board,
  kernel: string,
  request: Partial<Request> = {},
): Machine {
  const { prepared } = prepareKernel(board, { ...plainRequest, ...request, kernel })
  if (prepared === null) throw new Error(`${kernel} is refused`)
  const { arch, lpae } = prepared
  return new Machine({
    tree: board.tree,
    kernel: prepared.kernel,
    arch,
    lpae,
    memory: request.memory ?? null,
    wiring: request.wiring?.tree ?? board.tree,
  })
}
