import { expect, test } from 'vitest'
import { verdicts } from '../analysis/contract.ts'
import { isBad, scriptExitCode } from './exit-code.ts'

test('counts everything but ok and not-exercised as bad', () => {
  expect(verdicts.filter((v) => !isBad(v))).toEqual(['ok', 'not-exercised'])
})

test('tells git bisect to stop on trouble and to go on with verdicts', () => {
  expect([0, 1, 125].map(scriptExitCode)).toEqual([0, 1, 125])
  expect([2, 3, 4].map(scriptExitCode)).toEqual([130, 131, 132])
})
