/**
 * Compares the change rows with a sheet of facts, one JSON object a line, where that sheet is at
 * hand: ids, commits, releases, candidates, requirements, and the value before each switch.
 */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { changes } from './changes.ts'
import { type SwitchName, switches } from './switches.ts'

const SHEET = new URL('../../../shared/facts/changes.jsonl', import.meta.url)

interface Fact {
  id: string
  commit: string | null
  author: string
  date: string | null
  release: string | null
  candidate?: string
  kind: string
  arch: string
  requires: readonly string[]
  conflicts: readonly string[]
  switch: { name: string; before: string | boolean; after: string | boolean }
  confidence: string
  titleConfirmed?: false
}

const facts: Fact[] = existsSync(SHEET)
  ? readFileSync(SHEET, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Fact)
  : []

describe.skipIf(facts.length === 0)('change rows against the sheet of facts', () => {
  const byId = new Map(facts.map((fact) => [fact.id, fact]))
  const ours = new Set(changes.map((change) => change.id))

  it('has every change of v3.19', () => {
    for (const fact of facts.filter((f) => f.release === 'v3.19')) expect(ours).toContain(fact.id)
  })

  it('keeps the order of the sheet', () => {
    const order = facts.map((fact) => fact.id).filter((id) => ours.has(id))
    expect(changes.map((change) => change.id)).toEqual(order)
  })

  it.each(changes.map((change) => [change.id, change] as const))('%s agrees', (id, change) => {
    const fact = byId.get(id) as Fact
    // Rows that are not modelled cannot conflict.
    const conflicts = fact.conflicts.filter((other) => ours.has(other))
    expect(identity(change)).toEqual(identity({ ...fact, conflicts }))
  })

  it('starts each switch at the value before its first change', () => {
    const seen = new Set<string>()
    for (const fact of facts) {
      const { name, before, after } = fact.switch
      if (!ours.has(fact.id) || seen.has(name)) continue
      seen.add(name)
      const row = switches[name as SwitchName]
      expect([name, row.initial]).toEqual([name, before])
      // A port names its outcome in the sheet; ours has to come from running it.
      if (!name.endsWith('creationPort')) expect(row.values).toContain(after)
    }
  })
})

function identity(row: Omit<Fact, 'switch'>): unknown {
  const { id, commit, author, date, release, kind, arch, requires, conflicts, confidence } = row
  const { candidate = null, titleConfirmed = true } = row
  return {
    ...{ id, commit, author, date, release, candidate, kind, arch },
    ...{ requires, conflicts, confidence, titleConfirmed },
  }
}
