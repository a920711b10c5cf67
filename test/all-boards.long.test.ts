/** Every real board boots on every modelled kernel, and arm64 boards do not notice the story. */
import { afterAll, describe, expect, it } from 'vitest'
import { checkBoard } from '../src/analysis/check.ts'
import { modelledReleases } from '../src/policy/releases.ts'
import { boardFrom, realBlobs } from './real-blobs.ts'
import { plainRequest } from './support.ts'

const { paths, why, remove } = realBlobs()
afterAll(remove)

const releases = modelledReleases.map((r) => r.name)

describe(`all boards (${paths.length === 0 ? why : `${paths.length} blobs`})`, () => {
  it.skipIf(paths.length === 0)('boots each on every release, plain and with its drivers', () => {
    let boots = 0
    let masters = 0
    for (const path of paths) {
      const board = boardFrom(path)
      for (const suffix of ['', '+drivers']) {
        const verdicts = new Set<string>()
        for (const release of releases) {
          const answer = checkBoard(board, { ...plainRequest, kernel: `${release}${suffix}` })
          if (!answer.ok) expect.fail(`${path}: ${answer.diagnostics[0]?.message}`)
          boots++
          masters += answer.report.devices.length
          const { devices, kernel } = answer.report
          expect(
            devices.every((d) => d.reason !== ''),
            path,
          ).toBe(true)
          const disabled = devices.filter((d) => d.notExercised === 'disabled')
          expect(
            disabled.every((d) => d.state === 'unbound' && d.dma === null),
            path,
          ).toBe(true)
          if (kernel.arch === 'arm64' && suffix !== '') {
            verdicts.add(devices.map((d) => d.verdict).join())
          }
        }
        // The founding series changes nothing on arm64.
        expect(verdicts.size, path).toBeLessThanOrEqual(1)
      }
    }
    expect(masters).toBeGreaterThan(0)
    process.stderr.write(`${boots} boots of ${paths.length} boards, ${masters} masters judged\n`)
  })
})
