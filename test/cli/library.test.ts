import { expect, test } from 'vitest'
import { boards, checkBoard, parseDts, type Request } from '../../src/index.ts'

test('the library does what its example says', () => {
  const { tree } = parseDts(boards.named('veyron').dts)
  if (tree === null) throw new Error('the board does not parse')
  const request: Request = {
    kernel: 'v3.19-rc5+drivers',
    with: [],
    without: [],
    config: null,
    cmdline: '',
    memory: null,
    wiring: null,
    arch: null,
    all: false,
  }
  const answer = checkBoard({ source: 'board:veyron', tree }, request)
  expect(answer.ok && answer.report.summary.fault).toBe(2)
})
