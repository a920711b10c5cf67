import { expect, test } from 'vitest'
import type { Analyses } from '../../src/cli/analyses.ts'
import { visibleLength } from '../../src/cli/wrap.ts'
import { fakeAnalyses } from './fake-analyses.ts'
import { runIn } from './fake-host.ts'

const board = 'board:veyron'

async function text(...argv: string[]): Promise<string> {
  return (await runIn({}, ...argv)).out
}

test('check says what was assumed, judges, explains, counts', async () => {
  const out = await text('check', board, '--kernel', 'bad')
  expect(out).toMatchInlineSnapshot(`
    "board:veyron: Google Veyron
      kernel   bad, 32-bit ARM, 4 KiB pages, the drivers of this board's SoC built in
      memory   1 GiB at 0x00000000 (assumed)
      wiring   as the tree says

      VERDICT  DEVICE                DRIVER    DMA OPS    IOMMU
      fault*   ff930000.vop          fake-drm  arm-iommu  iommu@ff930300
          vop is fault because the fake says so, at some length and in words that will not fit beside
          the table
      fault*   ff940000.vop          fake-drm  arm-iommu  iommu@ff930300
          vop is fault because the fake says so, at some length and in words that will not fit beside
          the table
      fault*   ff9a0000.video-codec  fake-drm  arm-iommu  iommu@ff930300
          video-codec is fault because the fake says so, at some length and in words that will not fit
          beside the table

      * rests on drivers or bindings that bad lacks, added as first merged or proposed: fake-driver
      3 fault
      Clocks, supplies, power domains, PHYs, encoders and firmware are taken as met.
    "
  `)
})

test('check puts a blank line between boards', async () => {
  expect(await text('check', board, 'board:n900')).toMatch(/\n\nboard:n900/)
})

test.each([40, 60, 80, 200])('check keeps to %i columns', async (columns) => {
  const { out } = await runIn({ columns }, 'check', board, '--kernel', 'bad')
  const widest = Math.max(...out.split('\n').map(visibleLength))
  expect(widest).toBeLessThanOrEqual(Math.max(columns, 60))
})

test('check colours verdicts on a terminal only', async () => {
  const argv = ['check', board, '--kernel', 'bad']
  expect((await runIn({ terminal: true }, ...argv)).out).toContain('\u001b[31mfault*')
  expect((await runIn({ terminal: true }, ...argv, '--no-color')).out).not.toContain('\u001b[')
  const env = { NO_COLOR: '1' }
  expect((await runIn({ terminal: true, env }, ...argv)).out).not.toContain('\u001b[')
  expect((await runIn({}, ...argv)).out).not.toContain('\u001b[')
})

test('why reads like a mail', async () => {
  const out = await text('why', board, 'ff930000.vop', '--kernel', 'bad')
  expect(out).toMatchInlineSnapshot(`
    "ff930000.vop on board:veyron, bad: fault*

    vop is fault because the fake says so, at some length and in words that
    will not fit beside the table

    1. The device tree puts the device behind an IOMMU.
           /vop@ff930000: iommus = <&mmu>;
           the device tree

    2. Its driver maps a buffer.
           fake-drm calls dma_alloc
           fake.c

    * rests on drivers or bindings that the release lacks, added as first
      merged or proposed: fake-driver
    "
  `)
  expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(75)
})

test('diff names fields and changes', async () => {
  expect(await text('diff', board, '--from', 'good', '--to', 'bad')).toMatchInlineSnapshot(`
    "board:veyron: good -> bad
      /vop@ff930000
        verdict  ok -> fault
        because of fake-change
      /vop@ff940000
        verdict  ok -> fault
        because of fake-change
      /video-codec@ff9a0000
        verdict  ok -> fault
        because of fake-change
      3 devices differ
    "
  `)
  expect(await text('diff', board, '--from', 'good', '--to', 'good')).toBe(
    'board:veyron: good -> good: no device differs\n',
  )
})

test('bisect answers first', async () => {
  const out = await text('bisect', board, '--good', 'good', '--bad', 'bad')
  expect(out).toMatchInlineSnapshot(`
    "first bad change: fake-change — arm: break it (A. Maintainer, 2015-01-01, 0123456789ab)

      The attach no longer sets the operations.

      ff930000.vop on board:veyron: good in good, bad in bad
      turned by the same two kernels: ff940000.vop

      VERDICT  KERNEL
      ok       good
      fault    bad
    "
  `)
})

test('bisect says that a change is missing where the last step took it out', async () => {
  const bisectBoard: Analyses['bisectBoard'] = (...args) => {
    const answer = fakeAnalyses.bisectBoard(...args)
    if (!answer.ok) return answer
    const steps = [{ kernel: 'bad~fake-change', verdict: 'fault' as const }]
    return { ok: true, report: { ...answer.report, steps } }
  }
  const argv = ['bisect', board, '--good', 'good', '--bad', 'bad']
  const { out } = await runIn({ analyses: { bisectBoard } }, ...argv)
  expect(out).toMatch(/^first bad step: without fake-change — arm: break it \(A\. Maintainer/)
})

test('matrix names no kernel where each kernel was given the same', async () => {
  const out = await text('matrix', board, '--kernels', 'bad,bad,bad')
  expect(out).toContain('* added, because the release lacks it: fake-driver\n')
  const one = await text('matrix', board, '--kernels', 'good,bad')
  expect(one).toContain('* added, because the release lacks it: to bad fake-driver')
})

test('matrix marks assumed cells and says once a board what they rest on', async () => {
  const out = await text('matrix', board, 'board:n900', '--kernels', 'good,bad,early')
  expect(out).toMatchInlineSnapshot(`
    "board:veyron
      DEVICE                good  bad     early
      vop@ff930000          ok    fault*  not-exercised
      vop@ff940000          ok    fault*  not-exercised
      video-codec@ff9a0000  ok    fault*  not-exercised
      * added, because the release lacks it: to bad fake-driver

    board:n900
      DEVICE                good  bad     early
      isp@480bc000          ok    fault*  not-exercised
      * added, because the release lacks it: to bad fake-driver
    "
  `)
})

test('matrix numbers kernels whose names do not fit', async () => {
  const { out } = await runIn({ columns: 40 }, 'matrix', board, '--kernels', 'good,bad,early')
  expect(out).toContain('[2] bad')
  expect(out).toMatch(/DEVICE\s+\[1\]\s+\[2\]\s+\[3\]/)
})

test('history lists releases, changes and switches', async () => {
  expect(await text('history')).toMatchInlineSnapshot(`
    "v3.19 (2015-02-08)
      fake-change [plumbing]
          arm: break it (A. Maintainer, 2015-01-01, 0123456789ab, first in v3.19)

    SWITCH             VALUE  SET BY
    dma.attachSetsOps  false  -
    "
  `)
})
