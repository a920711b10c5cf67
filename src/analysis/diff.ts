/** `diff`: devices whose verdict or set-up differs between two kernels, and what made it so. */
import type { Answer, Board, DeviceReport, DiffReport, Request } from './contract.ts'
import { deviceReport } from './check.ts'
import { judgeBoard } from './judge.ts'
import type { Judgement } from './judged.ts'
import { prepareKernel } from './prepare.ts'
import { judgedSteps } from './steps.ts'

type Fields = Record<string, unknown>

/**
 * Judges the board on both kernels (`from` and `to` are specs), then on every kernel between them
 * to tell which changes moved what. Refuses where either spec does not resolve.
 */
export function diffBoard(
  board: Board,
  from: string,
  to: string,
  request: Request,
): Answer<DiffReport> {
  const a = prepareKernel(board, request, from)
  const b = prepareKernel(board, request, to)
  const diagnostics = [...a.diagnostics, ...b.diagnostics]
  if (a.prepared === null || b.prepared === null) return { ok: false, diagnostics }
  const before = fieldsOf(judgeBoard(board, request, a.prepared))
  const after = fieldsOf(judgeBoard(board, request, b.prepared))
  const changed: DiffReport['changed'] = []
  for (const [device, fields] of after) {
    const differing = differences(before.get(device) ?? {}, fields)
    if (Object.keys(differing).length > 0) changed.push({ device, fields: differing, because: [] })
  }
  if (changed.length > 0) {
    blame(board, request, changed, before, a.prepared.kernel, b.prepared.kernel)
  }
  return {
    ok: true,
    report: {
      schemaVersion: 1,
      command: 'diff',
      board: board.source,
      from,
      to,
      changed,
      diagnostics,
    },
  }
}

/** Walks from one kernel to the other and notes at which changes a device's fields move. */
function blame(
  board: Board,
  request: Request,
  changed: DiffReport['changed'],
  before: ReadonlyMap<string, Fields>,
  from: Parameters<typeof judgedSteps>[2],
  to: Parameters<typeof judgedSteps>[3],
): void {
  let last = before
  for (const step of judgedSteps(board, request, from, to)) {
    const now = fieldsOf(step.judgement)
    for (const entry of changed) {
      const moved = differences(last.get(entry.device) ?? {}, now.get(entry.device) ?? {})
      if (Object.keys(moved).length > 0) entry.because.push(step.change.id)
    }
    last = now
  }
}

/** What of a device is compared; the reason is prose and follows from the rest. */
function fieldsOf(judgement: Judgement): Map<string, Fields> {
  const all = new Map<string, Fields>()
  for (const master of judgement.masters) {
    const report = deviceReport(master, judgement.machine)
    all.set(report.path, comparable(report))
  }
  return all
}

function comparable(report: DeviceReport): Fields {
  const { driver, state, dma, group, domain, verdict, notExercised } = report
  return {
    verdict,
    notExercised,
    driver,
    state,
    'dma.ops': dma?.ops ?? null,
    'dma.coherent': dma?.coherent ?? null,
    'dma.maskBits': dma?.maskBits ?? null,
    'dma.limit': dma?.limit ?? null,
    group,
    domain,
  }
}

function differences(before: Fields, after: Fields): Record<string, [unknown, unknown]> {
  const found: Record<string, [unknown, unknown]> = {}
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const a = before[name] ?? null
    const b = after[name] ?? null
    if (a !== b) found[name] = [a, b]
  }
  return found
}
