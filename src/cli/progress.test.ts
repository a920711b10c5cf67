import { expect, test } from 'vitest'
import type { Host } from './host.ts'
import { Progress } from './progress.ts'

function written(terminal: boolean, step: number): string {
  let text = ''
  let now = 0
  const host = {
    errIsTerminal: terminal,
    err: (t: string) => {
      text += t
    },
    now: () => {
      now += step
      return now
    },
  } as unknown as Host
  const progress = new Progress(host, 'boards', true)
  for (let i = 1; i <= 5; i++) progress.tick(i, 5)
  progress.clear()
  return text
}

test('says nothing for quick work', () => {
  expect(written(true, 10)).toBe('')
})

test('shows slow work on a terminal and wipes the line afterwards', () => {
  const text = written(true, 600)
  expect(text).toContain('boards: 5 of 5')
  expect(text.endsWith('\r\u001b[K')).toBe(true)
})

test('says nothing where standard error is no terminal', () => {
  expect(written(false, 600)).toBe('')
})
