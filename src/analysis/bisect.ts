/** `bisect`: the first change, in order, that turns a device's verdict bad. */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { archNote } from '../kernel/arch-note.ts'
import type { ChangeRow } from '../policy/change.ts'
import type { Answer, BisectReport, Board, Request, Verdict } from './contract.ts'
import { findDevice } from './find-device.ts'
import { judgeBoard } from './judge.ts'
import type { Judged, Judgement } from './judged.ts'
import { type Prepared, prepareKernel } from './prepare.ts'
import { judgedSteps } from './steps.ts'

/** `device` null: the first in tree order that is ok at `good` and bad at `bad`. */
export function bisectBoard(
  board: Board,
  device: string | null,
  good: string,
  bad: string,
  request: Request,
): Answer<BisectReport> {
  const a = prepareKernel(board, request, good)
  const b = prepareKernel(board, request, bad)
  const diagnostics = [...a.diagnostics, ...b.diagnostics]
  if (a.prepared === null || b.prepared === null) return { ok: false, diagnostics }
  const atGood = judgeBoard(board, request, a.prepared)
  const atBad = judgeBoard(board, request, b.prepared)
  const turned = turnedMasters(atGood, atBad)
  const node = device === null ? (turned[0]?.node ?? null) : findDevice(board.tree, device)
  if (node === null) return refuse(diagnostics, nothingTurned(atGood, atBad, good, bad))
  if ('severity' in node) return refuse(diagnostics, node)
  const problem = endsProblem(node, atGood, atBad, good, bad)
  if (problem !== null) return refuse(diagnostics, problem)

  const steps: BisectReport['steps'] = [{ kernel: a.prepared.kernel.spec, verdict: 'ok' }]
  for (const step of judgedSteps(board, request, a.prepared.kernel, b.prepared.kernel)) {
    const master = masterAt(step.judgement, node) as Judged
    steps.push({ kernel: step.spec, verdict: master.verdict })
    if (!isBad(master.verdict)) continue
    const report: BisectReport = {
      schemaVersion: 1,
      command: 'bisect',
      board: board.source,
      change: summary(step.change),
      good,
      bad,
      device: node.path,
      alsoTurned: turned.filter((m) => m.node !== node).map((m) => m.node.path),
      steps,
      reason: reasonFor(step.change, step.op, master),
      diagnostics,
    }
    return { ok: true, report }
  }
  throw new Error('dmaplumb bug: the last step of a bisection is the bad kernel')
}

/** Anything but `ok` and `not-exercised`. */
export function isBad(verdict: Verdict): boolean {
  return verdict !== 'ok' && verdict !== 'not-exercised'
}

function summary({ id, title, author, date, commit, release }: ChangeRow): BisectReport['change'] {
  return { id, title, author, date, commit, release }
}

function reasonFor(change: ChangeRow, op: 'add' | 'remove', master: Judged): string {
  const { before, after } = change.effect
  const effect = op === 'add' ? after : `Without it: ${lowerFirst(before)}`
  return `${effect} Here ${master.name}: ${master.reason}.`
}

/** A sentence that goes on after a colon; names such as DMA stay as they are. */
function lowerFirst(sentence: string): string {
  return /^[A-Z](?=[a-z]* )/.test(sentence)
    ? (sentence[0] as string).toLowerCase() + sentence.slice(1)
    : sentence
}

function masterAt(judgement: Judgement, node: DtNode): Judged | undefined {
  return judgement.masters.find((m) => m.node === node)
}

function turnedMasters(atGood: Judgement, atBad: Judgement): Judged[] {
  return atGood.masters.filter((master) => {
    const then = masterAt(atBad, master.node)
    return master.verdict === 'ok' && then !== undefined && isBad(then.verdict)
  })
}

/** Why a device cannot be bisected between two kernels; null when it can. */
function endsProblem(
  node: DtNode,
  atGood: Judgement,
  atBad: Judgement,
  good: string,
  bad: string,
): Diagnostic | null {
  const first = masterAt(atGood, node)
  const last = masterAt(atBad, node)
  if (first === undefined || last === undefined) {
    return {
      severity: 'error',
      message: `${node.path} is not known to master the bus`,
      at: { path: node.path },
    }
  }
  for (const [end, kernel, master] of [
    ['good', good, first],
    ['bad', bad, last],
  ] as const) {
    if (master.verdict !== 'not-exercised') continue
    return {
      severity: 'error',
      message: `${master.name} is not exercised on the ${end} kernel ${kernel}: ${master.reason}`,
      remedy: 'a bisection needs an end that was executed; +drivers adds what the release lacks',
    }
  }
  if (first.verdict !== 'ok') {
    return {
      severity: 'error',
      message: `${first.name} is already ${first.verdict} on the good kernel ${good}: ${first.reason}`,
    }
  }
  if (!isBad(last.verdict)) {
    return {
      severity: 'error',
      message: `${last.name} is ${last.verdict} on the bad kernel ${bad}: there is nothing to find${archSuffix(atBad.prepared)}`,
    }
  }
  return null
}

function nothingTurned(atGood: Judgement, atBad: Judgement, good: string, bad: string): Diagnostic {
  const unseen = atBad.masters.find(
    (m) => isBad(m.verdict) && masterAt(atGood, m.node)?.verdict === 'not-exercised',
  )
  const problem = unseen && endsProblem(unseen.node, atGood, atBad, good, bad)
  if (problem) return problem
  const exercised = atGood.masters.filter((m) => m.verdict !== 'not-exercised')
  if (exercised.length === 0) {
    const first = atGood.masters.find((m) => m.notExercised !== 'disabled') ?? atGood.masters[0]
    const why = first === undefined ? '' : `; ${first.name}: ${first.reason}`
    return {
      severity: 'error',
      message: `no device of this board is exercised on ${good}${why}`,
      remedy: 'a bisection needs an end that was executed; +drivers adds what the release lacks',
    }
  }
  return {
    severity: 'error',
    message: `no device is ok on ${good} and bad on ${bad}${archSuffix(atBad.prepared)}`,
  }
}

/** The plumbing that changed may be one architecture's; on the other it never runs. */
function archSuffix(prepared: Prepared): string {
  const note = archNote(prepared.arch)
  return note === null ? '' : `; ${note}`
}

function refuse(diagnostics: Diagnostic[], problem: Diagnostic): Answer<BisectReport> {
  return { ok: false, diagnostics: [...diagnostics, problem] }
}
