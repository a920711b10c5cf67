import { describe, expect, it } from 'vitest'
import { describeFormat, groupWords, sizeRanges } from './describe.ts'
import { formats } from './formats.ts'
import { amdV1 } from './formats/amd-v1.ts'
import { intelVtdSecond } from './formats/intel-vtd.ts'
import { riscvSv39 } from './formats/riscv.ts'
import { rockchipV1 } from './formats/rockchip-v1.ts'

describe('sizeRanges()', () => {
  it('names the ends of four or more powers in a row, and each of fewer', () => {
    expect(sizeRanges([12, 13, 14, 15, 21])).toEqual(['4 KiB to 32 KiB', '2 MiB'])
    expect(sizeRanges([12, 13, 14, 30])).toEqual(['4 KiB', '8 KiB', '16 KiB', '1 GiB'])
  })
})

describe('groupWords()', () => {
  it('puts pages that differ in places only together, with the places', () => {
    const [, pages, runs] = groupWords(describeFormat(amdV1(3)).words)
    expect(pages?.title).toBe('page of 1 GiB, level 3')
    expect(pages?.alike).toEqual([
      { title: 'page of 2 MiB, level 2', places: 'address 51:21' },
      { title: 'page of 4 KiB, level 1', places: 'address 51:12' },
    ])
    expect(runs?.alike[0]?.places).toBe('size-low 30:12, size-end 31, address 51:32')
  })

  it('keeps links and pages apart, and loses none', () => {
    for (const format of formats) {
      const { words } = describeFormat(format)
      const groups = groupWords(words)
      const titles = groups.flatMap((g) => [g.title, ...g.alike.map((a) => a.title)])
      expect(titles.sort()).toEqual(words.map((w) => w.title).sort())
      for (const { title, alike } of groups) {
        for (const a of alike) expect(a.title.startsWith('link')).toBe(title.startsWith('link'))
      }
    }
    expect(groupWords(describeFormat(riscvSv39).words)[0]?.title).toBe('link, levels 2, 1')
  })
})

describe('describeFormat()', () => {
  it('says what Linux does where formats differ', () => {
    const { behaviour } = describeFormat(intelVtdSecond)
    expect(behaviour).toContain(
      'Mapping over a mapped page keeps what is there; the call goes on and succeeds.',
    )
    expect(behaviour).toContain('Mapping over a mapped page above the last level replaces it.')
    const rockchip = describeFormat(rockchipV1).behaviour
    expect(rockchip).toContain('A call that fails takes back what it wrote.')
    // One page size: nothing to say of larger pages.
    expect(rockchip.join(' ')).not.toMatch(/larger|part of a page/)
  })

  it('has whole sentences for every format, and takes its examples apart', () => {
    for (const format of formats) {
      const { behaviour, examples } = describeFormat(format)
      for (const text of behaviour) expect(text, format.id).toMatch(/^[A-Z][^{}]*[a-z]\.$|[A-Z]\.$/)
      expect(behaviour.join(' ')).not.toContain('undefined')
      for (const [i, example] of examples.entries()) {
        const declared = format.examples[i]?.address
        expect(example.address).toBe(
          declared === undefined ? undefined : `0x${declared.toString(16)}`,
        )
      }
    }
  })

  it('repeated defects are those that the behaviour of Linux differs by', () => {
    for (const { id, behaviour } of formats) {
      const repeated = (behaviour.defects ?? []).filter((d) => d.repeated === true)
      if (behaviour.linux !== undefined) expect(repeated.length, id).toBeGreaterThan(0)
      expect(new Set((behaviour.defects ?? []).map((d) => d.id)).size).toBe(
        behaviour.defects?.length ?? 0,
      )
    }
  })
})
