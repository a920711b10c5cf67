/** Every declared release, and every single change added or removed, boots or is refused. */
import { describe, expect, it } from 'vitest'
import { judgeBoard } from '../src/analysis/judge.ts'
import { prepareKernel } from '../src/analysis/prepare.ts'
import { changes } from '../src/policy/changes.ts'
import { modelledReleases } from '../src/policy/releases.ts'
import { builtIn, plainRequest } from './support.ts'

const boards = ['veyron', 'koelsch', 'odroid-xu3'].map((name) => builtIn(name))

function bootOrRefusal(kernel: string): string {
  for (const board of boards) {
    const { prepared, diagnostics } = prepareKernel(board, plainRequest, kernel)
    if (prepared === null) {
      expect(diagnostics.some((d) => d.severity === 'error')).toBe(true)
      return 'refused'
    }
    const { masters } = judgeBoard(board, plainRequest, prepared)
    expect(masters.every((m) => m.reason !== '')).toBe(true)
  }
  return 'booted'
}

describe.each(modelledReleases.map((r) => r.name))('%s', (release) => {
  it('boots, plain and with its drivers', () => {
    expect(bootOrRefusal(release)).toBe('booted')
    expect(bootOrRefusal(`${release}+drivers`)).toBe('booted')
  })

  it.each(changes.map((c) => c.id))('boots with +%s, or says why not', (id) => {
    expect(['booted', 'refused']).toContain(bootOrRefusal(`${release}+drivers+${id}`))
  })

  it.each(changes.map((c) => c.id))('boots with ~%s, or says why not', (id) => {
    expect(['booted', 'refused']).toContain(bootOrRefusal(`${release}+drivers~${id}`))
  })
})
