import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, describe, expect, it } from 'vitest'
import { runIn } from '../../test/cli/fake-host.ts'

const cwd = mkdtempSync(join(tmpdir(), 'dmaplumb-pagetable-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const vector = (name: string, ret: number) => ({
  name,
  format: 'omap',
  cfg: { pgsize_bitmap: '0x1111000', ias: 32, oas: 32 },
  ops: [{ op: 'map', iova: '0x1000', paddr: '0x2000', pgsize: '0x1000', prot: ['READ'], ret }],
  n_leaves: 1,
  iova_to_phys: [['0x1004', '0x2004']],
})
const file = (...vectors: object[]) => JSON.stringify({ vectors })
writeFileSync(join(cwd, 'good.json'), file(vector('a', 0)))
writeFileSync(join(cwd, 'bad.json.gz'), gzipSync(file(vector('a', 0), vector('b', -17))))
writeFileSync(join(cwd, 'broken.json'), file(vector('a', 0), { name: 'c' }))
writeFileSync(join(cwd, 'no.json'), '{')

describe('pagetable replay', () => {
  it('counts agreements, shows what differs, and exits with 1', async () => {
    const { code, out } = await runIn({ cwd }, 'pagetable', 'replay', 'good.json', 'bad.json.gz')
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      'good.json: 1 of 1 agree',
      'bad.json.gz: 1 of 2 agree',
      '  b',
      '    op 0 map 0x1000: ret 0, expected -17',
      '',
    ])
  })

  it('prints a line a vector with --json, in the field names of the vectors', async () => {
    const { code, out } = await runIn({ cwd }, 'pagetable', 'replay', 'good.json', '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({
      schemaVersion: 1,
      command: 'pagetable replay',
      name: 'a',
      format: 'omap',
      ops: [{ ret: 0 }],
      n_leaves: 1,
      n_tables: 2,
      iova_to_phys: [['0x1004', '0x2004']],
    })
  })

  it('goes on after what it cannot run, and exits with 3', async () => {
    const given = ['no.json', 'gone.json', 'n*.txt', 'broken.json', 'good.json']
    const { code, out, err } = await runIn({ cwd }, 'pagetable', 'replay', ...given)
    expect(code).toBe(3)
    expect(out).toBe('broken.json: 1 of 2 agree, 1 could not be run\ngood.json: 1 of 1 agree\n')
    expect(err).toContain('gone.json: error: no vectors to read: no such file')
    expect(err).toContain('broken.json: error: c: format is missing')
  })

  it('says that there is nothing to run, and exits with 3', async () => {
    for (const stdin of [file(), '{"cases":[]}']) {
      const { code, out, err } = await runIn({ stdin }, 'pagetable', 'replay', '-')
      expect([code, out, err]).toEqual([3, '', expect.stringContaining('there are no vectors')])
    }
    const { code, out } = await runIn({ stdin: file() }, 'pagetable', 'replay', '-', '--json')
    expect([code, JSON.parse(out)]).toMatchObject([3, { diagnostics: [{ severity: 'error' }] }])
  })

  it('reads standard input', async () => {
    const { code } = await runIn({ stdin: file(vector('a', 0)) }, 'pagetable', 'replay', '-')
    expect(code).toBe(0)
  })
})

describe('pagetable show', () => {
  it('decodes an entry at the level that was asked for', async () => {
    const word = '0x0060000040006f47'
    const asked = ['arm-lpae-s1-64', word, '--level', '3']
    const { code, out } = await runIn({}, 'pagetable', 'show', ...asked)
    expect(code).toBe(0)
    expect(out).toContain('level 3: a page of 4 KiB at 0x40006000, read and write')
    expect(out).toMatch(/54\s+XN\s+0x1\s+execution never/)
    expect(out).not.toContain('level 2')
  })

  it('refuses unknown formats, levels and words, with what there is', async () => {
    const near = await runIn({}, 'pagetable', 'show', 'rockchip-v', '0x1')
    expect([near.code, near.err]).toEqual([2, expect.stringContaining('rockchip-v1')])
    const level = await runIn({}, 'pagetable', 'show', 'rockchip-v1', '0x1', '--level', '3')
    expect([level.code, level.err]).toEqual([2, expect.stringContaining('levels are 1, 2')])
    const wide = await runIn({}, 'pagetable', 'show', 'rockchip-v1', '0x123456789')
    expect([wide.code, wide.err]).toEqual([2, expect.stringContaining('32 bits')])
  })
})

describe('pagetable formats', () => {
  it('lists every format with what it is known from', async () => {
    const { code, out } = await runIn({}, 'pagetable', 'formats')
    expect(code).toBe(0)
    expect(out).toMatch(/^arm-v7s .* measured$/m)
    expect(out).toMatch(/^ipmmu-vmsa .* from documents$/m)
  })

  it('draws the bits of one format', async () => {
    const { out } = await runIn({}, 'pagetable', 'formats', 'rockchip-v1')
    expect(out).toContain('page of 4 KiB, level 2')
    expect(out).toMatch(/31:12\s+address/)
  })
})
