import { gzipSync } from 'node:zlib'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { iovaExcerpts } from '../conformance/iova-excerpts.ts'
import { runIn } from './fake-host.ts'

const cwd = mkdtempSync(join(tmpdir(), 'dmaplumb-iova-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const space = { granule: '0x1000', start_pfn: 1, rcache: false }
const good = { name: 'good', ...space, ops: [['alloc', 3, 99, true, 96]], live: [[96, 98]] }
const bad = { name: 'bad', ...space, ops: [['alloc', 3, 99, true, 97]], live: [] }
const bare = { ...space, ops: [['alloc_fast', 3, 99, true]] }
const broken = { name: 'broken', ...space, ops: [['alloc', 0, 99, true]] }

function write(name: string, ...vectors: unknown[]): string {
  const text = JSON.stringify({ vectors })
  writeFileSync(join(cwd, name), name.endsWith('.gz') ? gzipSync(text) : text)
  return name
}

function replay(...argv: string[]) {
  return runIn({ cwd }, 'pagetable', 'replay', ...argv)
}

describe('pagetable replay of IOVA recordings', () => {
  it('counts agreements, shows what differs, and exits with 1', async () => {
    const { code, out } = await replay(write('some.json', good, bad, bare))
    expect(code).toBe(1)
    expect(out.split('\n')).toEqual([
      'some.json: 2 of 3 agree',
      '  bad',
      '    op 0: alloc 3 99 true: 96, expected 97',
      '    live[0]: [96, 98], expected nothing',
      '    live.length: 1, expected 0',
      '',
    ])
  })

  it('prints name, ops and live with --json, in the form of the file', async () => {
    const { code, out } = await replay(write('two.json.gz', good, bare), '--json')
    expect(code).toBe(0)
    const head = { schemaVersion: 1, command: 'pagetable replay' }
    expect(
      out
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([
      { ...head, name: 'good', ops: good.ops, live: good.live },
      { ...head, name: '', ops: [['alloc_fast', 3, 99, true, 96]], live: [[96, 99]] },
    ])
  })

  it('tells what cannot be run, runs the others, and exits with 3', async () => {
    const none = { granule: 0, start_pfn: 1, ops: [] }
    const { code, out, err } = await replay(write('three.json', broken, none, good))
    expect(code).toBe(3)
    expect(out).toBe('three.json: 1 of 3 agree, 2 could not be run\n')
    expect(err).toContain('three.json: error: broken: op 0: alloc: size: expected a number')
    expect(err).toContain('three.json: error: vector 1: granule: expected a power of two')
  })

  it('refuses files that would take too long to read or to run', async () => {
    const many = write('many.json', ...Array(2 ** 16 + 1).fill([]))
    writeFileSync(join(cwd, 'lists.json'), `{"vectors":[[${'[],'.repeat(2 ** 22)}[]]]}`)
    writeFileSync(join(cwd, 'bomb.json.gz'), gzipSync(Buffer.alloc(2 ** 26 + 1, ' ')))
    const { code, out, err } = await replay(many, 'lists.json', 'bomb.json.gz')
    expect([code, out]).toEqual([3, ''])
    expect(err).toContain('many.json: error: no vectors to read: it has more than 65536 vectors')
    expect(err).toContain('lists.json: error: no vectors to read: it has more than 4194304 lists')
    expect(err).toContain('bomb.json.gz: error: no vectors to read: ')
  })

  it('takes the beginnings of measured runs among page-table vectors', async () => {
    const table = {
      name: 'omap',
      format: 'omap',
      cfg: { pgsize_bitmap: '0x1111000', ias: 32, oas: 32 },
      ops: [],
    }
    const { code, out } = await replay(write('mixed.json', table, ...iovaExcerpts))
    const count = 1 + iovaExcerpts.length
    expect([code, out]).toEqual([0, `mixed.json: ${count} of ${count} agree\n`])
  })
})
