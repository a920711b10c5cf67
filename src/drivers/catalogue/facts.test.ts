/** Compares the catalogue with a sheet of facts, one JSON object a line, where that is at hand. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { catalogue, catalogueRow } from './catalogue.ts'

const SHEET = new URL('../../../../shared/facts/drivers.jsonl', import.meta.url)

interface Fact {
  compatible: string
  role: string
  since: string | null
  kconfig: string | null
  dmaMaskBits: number | string | null
  literalMatch: boolean
}

const facts: Fact[] = existsSync(SHEET)
  ? readFileSync(SHEET, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Fact)
  : []

describe.skipIf(facts.length === 0)('the catalogue against the sheet of facts', () => {
  it('has every compatible string, with its role, release, symbol and mask', () => {
    for (const fact of facts) {
      const row = catalogueRow(fact.compatible)
      expect(row).toMatchObject({ role: fact.role, since: fact.since, kconfig: fact.kconfig })
      // A mask that the sheet gives in words is ours to choose, and says so.
      if (typeof fact.dmaMaskBits === 'string') {
        expect(row?.maskNote !== undefined || (row?.mask ?? 0) > 64).toBe(true)
      } else expect(row?.mask).toBe(fact.dmaMaskBits)
      if (fact.literalMatch) expect(row?.matchedBy).toBeUndefined()
    }
  })

  it('adds rows of its own with a source', () => {
    const known = new Set(facts.map((fact) => fact.compatible))
    const own = catalogue.filter((row) => !known.has(row.compatible))
    expect(own.map((row) => row.compatible)).toContain('renesas,du-r8a7791')
    expect(own.length).toBe(catalogue.length - facts.length)
  })
})
