/** The kernels between two kernels, one change at a time, each judged on a board. */
import { type KernelStep, kernelSteps } from '../kernel/between.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { Board, Request } from './contract.ts'
import { judgeBoard } from './judge.ts'
import type { Judgement } from './judged.ts'
import { type Prepared, prepareKernel } from './prepare.ts'

/** A kernel on the way, and what the board did on it. */
export interface JudgedStep extends KernelStep {
  judgement: Judgement
}

/** What `--with` and `--without` did is in the ends already; the steps' specs say it all. */
function bare(request: Request): Request {
  return { ...request, with: [], without: [] }
}

/** Judges the steps from `good` (excluded) to `bad` (included), lazily and in order. */
export function* judgedSteps(
  board: Board,
  request: Request,
  good: Kernel,
  bad: Kernel,
): Generator<JudgedStep> {
  for (const step of kernelSteps(good, bad)) {
    const { prepared } = prepareKernel(board, bare(request), step.spec)
    // Every intermediate kernel folds: the steps respect requires and conflicts.
    yield { ...step, judgement: judgeBoard(board, request, prepared as Prepared) }
  }
}
