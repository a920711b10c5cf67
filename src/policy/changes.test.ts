import { describe, expect, it } from 'vitest'
import { changes, findChange } from './changes.ts'
import { foldChanges } from './fold.ts'
import { relationProblems } from './relations.ts'
import { isIn } from './releases.ts'
import { type SwitchName, switches, switchNames } from './switches.ts'

describe('the switch table', () => {
  it('starts every switch at one of its values', () => {
    for (const name of switchNames) {
      const row = switches[name] as { values: readonly unknown[]; initial: unknown; doc: string }
      expect(row.values).toContain(row.initial)
      expect(new Set(row.values).size).toBe(row.values.length)
      expect(row.values.length).toBeGreaterThan(1)
      expect(row.doc).toMatch(/\.$/)
    }
  })

  it('has a change for every value but the first', () => {
    for (const name of switchNames) {
      const row = switches[name] as { values: readonly unknown[]; initial: unknown }
      const reached = new Set<unknown>([row.initial])
      for (const change of changes) {
        if (change.sets[name] !== undefined) reached.add(change.sets[name])
      }
      expect([name, [...reached].sort()]).toEqual([name, [...row.values].sort()])
    }
  })
})

describe('the change table', () => {
  it('lets availability set drivers.* only, and nothing else set that', () => {
    for (const change of changes) {
      for (const name of Object.keys(change.sets)) {
        expect([change.id, name.startsWith('drivers.')]).toEqual([
          change.id,
          change.kind === 'availability',
        ])
      }
      if (change.kind === 'availability') expect(change.splice).toBeUndefined()
    }
  })

  it('never requires a change of a later release, or one further down', () => {
    for (const [i, change] of changes.entries()) {
      for (const id of change.requires) {
        const required = findChange(id)
        expect(required).toBeDefined()
        expect(changes.slice(0, i)).toContain(required)
        if (change.release !== null) {
          expect(isIn(required?.release ?? null, change.release)).toBe(true)
        }
      }
    }
  })

  it('has mutual conflicts with changes that exist', () => {
    for (const change of changes) {
      for (const id of change.conflicts) expect(findChange(id)?.conflicts).toContain(change.id)
    }
  })

  it('orders releases, unreleased last', () => {
    const released = changes.filter((change) => change.release !== null)
    expect(changes.slice(0, released.length)).toEqual(released)
    for (const [i, change] of released.slice(1).entries()) {
      expect(isIn(released[i]?.release ?? null, change.release as string)).toBe(true)
    }
  })

  it('has each merged change alter every switch that it sets', () => {
    const values = new Map<string, unknown>(switchNames.map((n) => [n, switches[n].initial]))
    for (const change of changes.filter((c) => c.release !== null)) {
      for (const [name, value] of Object.entries(change.sets)) {
        expect([change.id, name, values.get(name)]).not.toEqual([change.id, name, value])
        values.set(name, value)
      }
    }
  })

  it('holds together as a whole up to the last release', () => {
    expect(relationProblems(changes.filter((c) => c.release !== null))).toEqual([])
  })

  it('names what is unmet and what clashes', () => {
    const rows = ['opt-in-iommu-dma', 'prevent-dma-configure'].map((id) => findChange(id)!)
    expect(relationProblems(rows).map((p) => p.message)).toEqual([
      'opt-in-iommu-dma requires arm-plumb-arch-setup-dma-ops',
      'opt-in-iommu-dma conflicts with prevent-dma-configure',
      'prevent-dma-configure requires of-dma-configure-iommu',
    ])
  })

  it('says before and after in words of one line, and where it is from', () => {
    for (const change of changes) {
      expect(change.effect.before).toMatch(/^[^\n]+\.$/)
      expect(change.effect.after).toMatch(/^[^\n]+\.$/)
      expect(change.source).not.toBe('')
    }
  })
})

describe('folding', () => {
  it('gives v3.18 with no change at all', () => {
    const policy = foldChanges([])
    expect(policy.dma.attachSetsOps).toBe(true)
    expect(policy.iommu.omap.secondDomain).toBe('-EBUSY')
    expect(policy.drivers['rockchip-drm']).toBe('absent')
    expect(policy.lifecycle).toEqual({
      created: ['dma-configure'],
      beforeProbe: [],
      probeFailed: [],
      unbound: [],
    })
    expect(policy.why('dma.attachSetsOps')).toEqual({ value: true, change: null })
  })

  it('has the last change to set a switch as its cause', () => {
    const plumb = findChange('arm-plumb-arch-setup-dma-ops')!
    const fix = findChange('arm-attach-sets-dma-ops')!
    const broken = foldChanges([plumb])
    expect(broken.dma.attachSetsOps).toBe(false)
    expect(broken.dma.armSetup).toBe('iommu-mapping')
    expect(broken.why('dma.attachSetsOps').change).toBe(plumb)
    expect(foldChanges([plumb, fix]).why('dma.attachSetsOps')).toEqual({ value: true, change: fix })
    expect(broken.cause('dma.attachSetsOps')).toEqual({
      kind: 'switch',
      name: 'dma.attachSetsOps',
      value: 'false',
      change: 'arm-plumb-arch-setup-dma-ops',
    })
  })

  it('moves configuration to probe where a driver may refuse it', () => {
    const prevent = findChange('prevent-dma-configure')!
    const policy = foldChanges([prevent])
    expect(policy.lifecycle).toEqual({
      created: [],
      beforeProbe: ['dma-configure'],
      probeFailed: ['dma-deconfigure'],
      unbound: ['dma-deconfigure'],
    })
    expect(policy.why('lifecycle.beforeProbe').change).toBe(prevent)
    expect(policy.cause('lifecycle.unbound')).toMatchObject({ value: 'dma-deconfigure' })
  })

  it('gives untyped access by name, and throws for a name that is none', () => {
    const policy = foldChanges([])
    expect(policy.value('boot.ofIommuInit')).toBe('never')
    expect(() => policy.value('boot.nothing')).toThrow('no switch boot.nothing')
  })

  it('throws for a row that sets what is not declared', () => {
    const row = findChange('rockchip-iommu')!
    const wrong = { ...row, sets: { 'drivers.rockchip-iommu': 'maybe' } }
    expect(() => foldChanges([wrong as unknown as typeof row])).toThrow('to maybe')
    const unknown = { ...row, sets: { ['dma.nope' as SwitchName]: true } }
    expect(() => foldChanges([unknown as unknown as typeof row])).toThrow('not declared')
  })
})
