import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { runIn } from '../../test/cli/fake-host.ts'
import { expectSchema } from '../../test/cli/schemas.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { armLpaeS164 } from '../pagetable/formats/arm-lpae-s1.ts'
import { createPageTable } from '../pagetable/table.ts'
import { TableArena } from '../pagetable/table-arena.ts'

const cwd = mkdtempSync(join(tmpdir(), 'dmaplumb-walk-'))
afterAll(() => rmSync(cwd, { recursive: true }))

const base = 0x4000_0000
const size = 0x1_0000
const memory = new PhysicalMemory([{ base, size }])
const table = createPageTable(armLpaeS164, { memory, pages: new TableArena(memory, base, size) })!
const rights = { read: true, write: true, cache: true }
for (let i = 0; i < 8; i++) table.map(0xffff_0000 + i * 4096, base + (i % 4) * 4096, 4096, rights)
table.map(0xffff_f000, base, 4096, { read: true, write: false })
const ram = new Uint8Array(size)
memory.readBytes(base, ram)
writeFileSync(join(cwd, 'ram'), ram)
// The four tables, in another order, as page frames.
const order = [3, 1, 0, 2]
const page = (n: number) => ram.subarray(n * 4096, (n + 1) * 4096)
writeFileSync(join(cwd, 'pages.bin'), new Uint8Array(order.flatMap((n) => [...page(n)])))
const frames = order.map((n) => `0x${(base + n * 4096).toString(16)}`)
writeFileSync(join(cwd, 'pages.json'), JSON.stringify({ page_size: 4096, pages: frames }))
writeFileSync(join(cwd, 'frames.txt'), frames.join('\n'))
writeFileSync(join(cwd, 'dump'), 'KDUMP   '.padEnd(4096, '\0'))

const walk = (...argv: string[]) => runIn({ cwd, columns: 120 }, 'pagetable', 'walk', ...argv)
const placed = ['ram', '--base', '0x40000000', '--format', 'arm-lpae-s1-64', '--root', '0x40000000']
const json = async (...argv: string[]) => {
  const { code, out } = await walk(...argv, '--json')
  return { code, objects: expectSchema('pagetable walk', out) }
}

describe('pagetable walk IMAGE IOVA', () => {
  it('prints each entry and the address, or the fault, and exits with 1 for a fault', async () => {
    const good = await walk(...placed, '0xffff1abc')
    expect(good.code).toBe(0)
    expect(good.out).toMatch(/level 0: 0x40000000\[0\] at 0x40000000 is 0x0+40001003: link/)
    expect(good.out).toContain('-> 0x40001abc, by a page of 4 KiB, read and write')
    const bad = await walk(...placed, '0xffff1000', '0xffff9000')
    expect(bad.code).toBe(1)
    expect(bad.out).toContain('-> fault at level 3: F_TRANSLATION (SMMUv3 event 0x10')
  })

  it('asks for the access that it is told', async () => {
    expect((await walk(...placed, '0xfffff000')).code).toBe(0)
    const { code, objects } = await json(...placed, '0xfffff000', '--write')
    expect(code).toBe(1)
    expect(objects[0]).toMatchObject({
      image: 'ram',
      access: 'write',
      iova: '0xfffff000',
      result: { kind: 'fault', cause: 'permission', level: 3, name: 'F_PERMISSION' },
    })
    const both = await json(...placed, '0xffff0000', '--write', '--read')
    expect(both.objects[0]).toMatchObject({ access: 'read and write', result: { kind: 'mapped' } })
  })

  it('names the link that took a right away', async () => {
    const changed = new Uint8Array(ram)
    // APTable[1] of the level-0 link: read only below it.
    changed[7] = changed[7]! | 0x40
    writeFileSync(join(cwd, 'narrowed'), changed)
    const asked = ['narrowed', ...placed.slice(1), '0xffff1000', '--write']
    const { code, out } = await walk(...asked)
    expect(code).toBe(1)
    expect(out).toMatch(
      /-> fault at level 3: F_PERMISSION .*; not allowed by the link of level 0 at 0x40000000/,
    )
    const { objects } = await json(...asked)
    expect(objects[0]).toMatchObject({
      result: { cause: 'permission', level: 3, deniedBy: { level: 0, at: '0x40000000' } },
    })
    const own = await json(...placed, '0xfffff000', '--write')
    expect(own.objects[0]).not.toHaveProperty('result.deniedBy')
  })

  it('says that bases are multiples of 4 KiB, and goes on', async () => {
    const { code, err } = await walk(
      'ram',
      '--base',
      '0x40000001',
      ...placed.slice(3),
      '0xffff1000',
    )
    expect([code, err]).toEqual([3, expect.stringContaining('0x40000001, and bases are multiples')])
    expect((await walk(...placed, '0xffff1000')).err).toBe('')
  })

  it('says where the image ends, and exits with 3', async () => {
    const asked = ['pages.json', '--format', 'arm-lpae-s1-64', '--root', '0x50000000', '0x0']
    const { code, out } = await walk(...asked)
    expect(code).toBe(3)
    expect(out).toContain('not in the image: the entry of level 0 at 0x50000000')
    expect(out).toContain('it holds 0x40000000 to 0x40003fff')
    const { objects } = await json(...asked)
    expect(objects[0]).toMatchObject({ result: { kind: 'not-in-image', level: 0 } })
  })

  it('reads page frames by their list, beside the image, or given', async () => {
    const rest = ['--format', 'arm-lpae-s1-64', '--root', '0x40000000', '0xffff1000']
    const outs = [
      await walk('pages.json', ...rest),
      await walk('pages.bin', ...rest),
      await walk('pages.bin', '--frames', 'frames.txt', ...rest),
    ]
    expect(outs.map((o) => o.code)).toEqual([0, 0, 0])
    expect(new Set(outs.map((o) => o.out)).size).toBe(1)
    expect(outs[1]?.err).toContain('pages.json beside it says where')
    const pieces = ['--memory', '0x40000000+32K,0x40008000+32K']
    expect((await walk('ram', ...pieces, ...rest)).code).toBe(0)
  })
})

describe('pagetable walk IMAGE --all', () => {
  it('lists merged ranges and counts them', async () => {
    const { code, out } = await walk(...placed, '--all')
    expect(code).toBe(0)
    expect(out.split('\n')).toEqual([
      '0xffff0000 to 0xffff3fff  ->  0x40000000  read and write, 16 KiB',
      '0xffff4000 to 0xffff7fff  ->  0x40000000  read and write, 16 KiB',
      '0xfffff000 to 0xffffffff  ->  0x40000000  read only, 4 KiB',
      '3 ranges, 36 KiB, 4 tables',
      '',
    ])
    const { objects } = await json(...placed, '--all')
    expect(objects).toHaveLength(4)
    expect(objects[0]).toMatchObject({ iova: '0xffff0000', address: '0x40000000', size: '0x4000' })
    expect(objects[3]).toMatchObject({ ranges: 3, mapped: '0x9000', tables: 4, diagnostics: [] })
  })

  it('exits with 1 where tables are damaged, and with 3 where the root is missing', async () => {
    const hostile = new Uint8Array(4096)
    const view = new DataView(hostile.buffer)
    for (let i = 0; i < 512; i++) view.setUint32(i * 8, 0x4000_0003, true)
    writeFileSync(join(cwd, 'hostile'), hostile)
    const asked = ['hostile', ...placed.slice(1), '--all']
    const { code, objects } = await json(...asked)
    expect(code).toBe(1)
    expect(objects[0]).toMatchObject({ ranges: 0 })
    expect((await walk(...asked)).err).toContain('the table of level 0 on the way to it')
    expect((await walk('ram', ...placed.slice(3), '--all')).code).toBe(3)
  })
})

describe('pagetable walk IMAGE --find-root', () => {
  it('ranks roots with the reasons', async () => {
    const { code, objects } = await json('ram', '--base', '0x40000000', '--find-root')
    expect(code).toBe(0)
    expect(objects[0]).toMatchObject({
      rank: 1,
      format: 'arm-lpae-s1-64',
      root: '0x40000000',
      tables: 4,
      leaves: 9,
      mapped: '0x9000',
      why: { links: 1, clean: 1, asWritten: 1, inside: 1 },
    })
    const text = await walk('ram', '--base', '0x40000000', '--find-root', '--limit', '1')
    expect(text.out).toMatch(/1 {2}arm-lpae-s1-64 {2}0x40000000/)
  })

  it('exits with 1 when there are none, and says what may be wrong', async () => {
    const { code, err } = await walk('ram', '--find-root', '--format', 'arm-lpae-s1-64')
    expect([code, err]).toEqual([1, expect.stringContaining('--base must be its true address')])
    const { objects } = await json('ram', '--find-root', '--format', 'arm-lpae-s1-64')
    expect(objects).toHaveLength(1)
  })
})

describe('pagetable walk', () => {
  it.each([
    [['ram', '0x0'], '--format is missing'],
    [['ram', '--format', 'arm-lpae-s1-6', '0'], 'did you mean'],
    [['ram', '--format', 'omap2', '0'], '--root 0x... is missing'],
    [['ram', '--format', 'omap2', '--root', '0x10', '0'], 'no multiple of 4 KiB'],
    [['ram', '--format', 'omap2', '--root', 'x', '0'], '--root x is no address'],
    [['ram', '--format', 'omap2', '--root', '0', 'zz'], 'zz is no I/O virtual address'],
    [['ram', '--format', 'omap2', '--root', '0'], 'which I/O virtual address?'],
    [['ram', '--format', 'omap2', '--root', '0', '0', '--all'], 'not both'],
    [['ram', '--find-root', '--all'], '--find-root looks for roots'],
    [['ram', '--find-root', '--limit', 'x'], '--limit x'],
    [['ram', '--find-root', '--base', 'x'], '--base x is no address'],
    [['ram', '--find-root', '--base', '0', '--memory', '0+4K'], 'exclude each other'],
  ])('refuses %j', async (argv, why) => {
    const { code, err } = await walk(...argv)
    expect([code, err]).toEqual([2, expect.stringContaining(why)])
  })

  it('says why an image cannot be read, and exits with 3', async () => {
    const rest = ['--format', 'omap2', '--root', '0', '0']
    const fails = async (name: string, ...more: string[]) => {
      const { code, err } = await walk(name, ...more, ...rest)
      expect(code).toBe(3)
      return err
    }
    expect(await fails('gone')).toBe('dmaplumb: gone: error: no such file\n')
    expect(await fails('.')).toContain('a directory')
    expect(await fails('/dev/null')).toContain('a device')
    expect(await fails('dump')).toContain('kdump-compressed')
    expect(await fails('pages.bin', '--frames', 'gone.txt')).toContain('gone.txt: error: no such')
    expect(await fails('pages.bin', '--frames', 'dump')).toContain('dump:1:1: error:')
    expect(await fails('-')).toContain('there is no memory in the image')
    const { objects, code } = await json('gone', ...rest)
    expect([code, objects[0]]).toMatchObject([3, { diagnostics: [{ message: 'no such file' }] }])
  })
})
