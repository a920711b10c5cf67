import { describe, expect, it } from 'vitest'
import { EINVAL } from '../../base/errno.ts'
import { PhysicalMemory } from '../../base/memory.ts'
import { describeFormat, decodeEntry } from '../describe.ts'
import { explainWalk } from '../image/explain.ts'
import { parseIoAddress } from '../image/io-address.ts'
import { createPageTable } from '../table.ts'
import { TableArena } from '../table-arena.ts'
import { amdV1 } from './amd-v1.ts'

const base = 0x8000_0000
const big = 2 ** 39
const rw = { read: true, write: true }

describe('an AMD page of 512 GiB', () => {
  const format = amdV1(4)
  const memory = new PhysicalMemory([{ base, size: 0x1_0000 }])
  const table = createPageTable(format, { memory, pages: new TableArena(memory, base, 0x1_0000) })!
  const put = () => {
    memory.write32(table.root + 8, 1)
    memory.write32(table.root + 12, 0x6000_0080)
  }

  it('is a page to hardware, and is said to be none of Linux', () => {
    put()
    const { outcome, steps } = explainWalk(
      format,
      memory,
      table.root,
      parseIoAddress('0x8123456789')!,
    )
    expect(outcome).toMatchObject({
      kind: 'mapped',
      address: { page: big + 0x123456000, offset: 0x789 },
      bytes: big,
      ...rw,
    })
    const next = steps[0]?.entry.fields.find((f) => f.name === 'next-level')
    expect(next?.meaning).toContain('hardware bug')
    expect(decodeEntry(format, 1, 0x6000_0080)[0]).toMatchObject({ kind: 'leaf', bytes: big })
  })

  it('is not mapped, and is found and unmapped whole as any other', () => {
    expect(table.pageSizes).not.toContain(big)
    expect(table.pageSizes).toContain(big / 2)
    expect(table.pageSizes).toContain(2 * big)
    expect(table.map(big, big, big, rw)).toBe(-EINVAL)
    put()
    expect(table.iovaToPhys(big + 0x1234)).toBe(big + 0x1234)
    expect(table.unmap(big + 0x1000, 0x1000)).toBe(big)
    expect(memory.read32(table.root + 8)).toBe(0)
    expect(describeFormat(format).mapSizes).not.toContain(39)
    expect(describeFormat(format).levels[0]?.pages).toContain(39)
  })
})
