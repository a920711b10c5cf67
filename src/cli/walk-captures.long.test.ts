/**
 * Tables of real kernels, captured in QEMU: listed, compared with what another walker found, and
 * found again in the whole memory of the machine. DMAPLUMB_CAPTURES names the folder.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { runIn } from '../../test/cli/fake-host.ts'

const beside = fileURLToPath(new URL('../../../shared/data/captures', import.meta.url))
const folder = process.env.DMAPLUMB_CAPTURES ?? beside
const names = existsSync(folder) ? readdirSync(folder).sort() : []
const archives = names.filter((name) =>
  /-(default|intel|dmaevents|coherent|4g)\.tar\.xz$/.test(name),
)
const ram = names.find((name) => name.endsWith('.bin.zst'))
const unpacked = mkdtempSync(join(tmpdir(), 'captures-'))
afterAll(() => rmSync(unpacked, { recursive: true }))
const why = archives.length > 0 ? '' : ' (skipped: set DMAPLUMB_CAPTURES to a folder of captures)'

interface Stream {
  ttb0?: string
  slptptr?: string
  tables: unknown[]
  leaves: { iova: string; pa: string; size: number }[]
}
interface Line {
  iova: string
  address: string
  size: string
  root: string
  tables: number
}

/** Folders with a walk.json below the one where a capture was unpacked. */
function captured(archive: string): string[] {
  const into = mkdtempSync(join(unpacked, 'x-'))
  execFileSync('tar', ['-xJf', join(folder, archive), '-C', into])
  return readdirSync(into, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('walk.json'))
    .map((name) => join(into, name, '..'))
}

const streamsOf = (path: string) =>
  (JSON.parse(readFileSync(join(path, 'walk.json'), 'utf8')) as { streams: Stream[] }).streams

async function walk(...argv: string[]): Promise<Line[]> {
  const { out } = await runIn({}, 'pagetable', 'walk', ...argv, '--json')
  return out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Line)
}

it.each(archives.length > 0 ? archives : ['none'])(
  `lists what %s had mapped${why}`,
  async (archive) => {
    if (archive === 'none') return
    for (const path of captured(archive)) {
      const [list] = readdirSync(path).filter((name) => name.endsWith('-pages.json'))
      for (const { ttb0, slptptr, tables, leaves } of streamsOf(path)) {
        const root = ttb0 ?? slptptr
        if (root === undefined || list === undefined) continue
        const format = ttb0 === undefined ? 'intel-vtd-sl-3' : 'arm-lpae-s1-64'
        const lines = await walk(join(path, list), '--format', format, '--root', root, '--all')
        const found = lines
          .slice(0, -1)
          .flatMap(({ iova, address, size }) =>
            Array.from({ length: Number(size) / 4096 }, (_, i) => [
              Number(iova) + i * 4096,
              Number(address) + i * 4096,
            ]),
          )
        expect(found).toEqual(leaves.map((leaf) => [Number(leaf.iova), Number(leaf.pa)]))
        expect(lines.at(-1)?.tables).toBe(tables.length)
      }
    }
  },
)

it.skipIf(ram === undefined)(`finds the roots in the memory of a machine first${why}`, async () => {
  const image = join(unpacked, 'ram.bin')
  execFileSync('zstd', ['-dq', '--long=31', join(folder, ram as string), '-o', image])
  const base = /0x[0-9a-f]+/.exec(ram as string)?.[0] as string
  const archive = archives.find((name) => (ram as string).startsWith(name.replace('.tar.xz', '')))
  const [path] = captured(archive as string)
  const roots = streamsOf(path as string).map(({ ttb0 }) => ttb0)
  const lines = await walk(image, '--base', base, '--find-root', '--format', 'arm-lpae-s1-64')
  expect(
    lines
      .slice(0, roots.length)
      .map(({ root }) => root)
      .sort(),
  ).toEqual(roots.sort())
})
