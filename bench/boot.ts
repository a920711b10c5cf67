/** Whole boots: a built-in board on a kernel, every DMA master exercised and judged. */
import { checkBoard } from '../src/analysis/check.ts'
import { type Board, plainRequest } from '../src/analysis/contract.ts'
import { parseDts } from '../src/devicetree/dts.ts'
import { boards } from '../src/machine/boards/boards.ts'
import type { BenchCase } from './case.ts'

function board(name: string): Board {
  const { tree } = parseDts(boards.named(name).dts)
  if (tree === null) throw new Error(`board:${name} does not parse`)
  return { source: `board:${name}`, tree }
}

function boot(name: string, kernel: string): BenchCase {
  return {
    name: `boot/${name} ${kernel}`,
    make() {
      const one = board(name)
      return () => {
        const answer = checkBoard(one, { ...plainRequest, kernel })
        if (!answer.ok) throw new Error(answer.diagnostics[0]?.message)
        return answer.report.devices.length
      }
    },
  }
}

/** One operation is one boot and one verdict for each master. */
export const bootCases: BenchCase[] = [
  boot('veyron', 'v3.18+drivers'),
  boot('veyron', 'v3.19-rc5+drivers'),
  boot('koelsch', 'v3.19+drivers'),
  boot('odroid-xu3', 'v3.19+drivers'),
]
