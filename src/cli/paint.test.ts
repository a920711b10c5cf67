import { expect, test } from 'vitest'
import type { Host } from './host.ts'
import { paintFor, paintVerdict } from './paint.ts'

const host = (outIsTerminal: boolean, env: Record<string, string> = {}) =>
  ({ outIsTerminal, env }) as unknown as Host
const coloured = (h: Host, wanted = true) => paintFor(h, wanted).red('x') !== 'x'

test('colours on a terminal only', () => {
  expect(coloured(host(true))).toBe(true)
  expect(coloured(host(false))).toBe(false)
  expect(coloured(host(true, { TERM: 'dumb' }))).toBe(false)
})

test('honours NO_COLOR, --no-color and FORCE_COLOR', () => {
  expect(coloured(host(true, { NO_COLOR: '1' }))).toBe(false)
  expect(coloured(host(true, { NO_COLOR: '' }))).toBe(true)
  expect(coloured(host(true), false)).toBe(false)
  expect(coloured(host(false, { FORCE_COLOR: '1' }))).toBe(true)
  expect(coloured(host(true, { FORCE_COLOR: '1', NO_COLOR: '1' }))).toBe(false)
})

test('marks a verdict that rests on assumed changes', () => {
  const paint = paintFor(host(false), true)
  expect(paintVerdict(paint, 'fault', true)).toBe('fault*')
  expect(paintVerdict(paint, 'not-exercised', false)).toBe('not-exercised')
})
