import { expect, test } from 'vitest'
import { boards, checkBoard, parseDts, plainRequest } from '../../src/index.ts'

test('the library does what its example says', () => {
  const { tree } = parseDts(boards.named('veyron').dts)
  if (tree === null) throw new Error('the board does not parse')
  const request = { ...plainRequest, kernel: 'v3.19-rc5+drivers' }
  const answer = checkBoard({ source: 'board:veyron', tree }, request)
  expect(answer.ok && answer.report.summary.fault).toBe(2)
})
