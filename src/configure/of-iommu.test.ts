import { expect, test } from 'vitest'
import { EINVAL } from '../base/errno.ts'
import { FakeIommu, RC5 } from '../dma/rig.fixture.ts'
import { BEHIND_IOMMU, type TestBoard, board } from './board.fixture.ts'

function outcome(b: TestBoard): unknown {
  return b.journal.events.findLast((e) => e.kind === 'iommu-configure')?.data.outcome
}

test('a device without iommus has no IOMMU', () => {
  const b = board(RC5, BEHIND_IOMMU)
  expect(b.ofIommu.configure(b.bare('plain'))).toBeNull()
  expect(outcome(b)).toBe('no-iommus')
})

test('a provider that no driver serves is no IOMMU, and the journal says why', () => {
  const b = board(RC5, BEHIND_IOMMU)
  expect(b.ofIommu.configure(b.bare('dev'))).toBeNull()
  expect(b.journal.events.at(-1)).toMatchObject({
    text: 'of_iommu_configure(dev): NULL, no driver has registered operations for /mmu by then',
    causes: [
      { kind: 'tree', node: '/dev', property: 'iommus', text: 'iommus = <&mmu 0x3>' },
      { kind: 'switch', name: 'iommu.ofConfigure' },
    ],
    data: { outcome: 'unknown-provider', provider: '/mmu' },
  })
})

test('a driver without of_xlate is no IOMMU', () => {
  const b = board(RC5, BEHIND_IOMMU)
  b.registry.setOps(b.node('mmu'), b.fake)
  expect(b.ofIommu.configure(b.bare('dev'))).toBeNull()
  expect(outcome(b)).toBe('no-xlate')
})

test('an xlate error is swallowed', () => {
  const b = board(RC5, BEHIND_IOMMU)
  b.registry.setOps(b.node('mmu'), b.fake)
  b.fake.xlateResult = -EINVAL
  expect(b.ofIommu.configure(b.bare('dev'))).toBeNull()
  expect(outcome(b)).toBe('xlate-failed')
})

test('a ported driver gets the specifier and its operations are the answer', () => {
  const b = board(RC5, BEHIND_IOMMU)
  b.registry.setOps(b.node('mmu'), b.fake)
  b.fake.xlateResult = 0
  expect(b.ofIommu.configure(b.bare('dev'))).toBe(b.fake)
  expect(b.fake.xlated).toEqual([{ provider: b.node('mmu'), args: [3] }])
})

const TWO = `
  a: mmu-a { #iommu-cells = <0>; }; b: mmu-b { #iommu-cells = <0>; };
  dev { iommus = <&a>, <&b>; };
  holed { iommus = <&a>, <0>, <&b>; };`

test('with several entries the last driver wins, and one bad entry spoils all', () => {
  const b = board(RC5, TWO)
  const other = new FakeIommu()
  b.fake.xlateResult = 0
  other.xlateResult = 0
  b.registry.setOps(b.node('mmu-a'), b.fake)
  expect(b.ofIommu.configure(b.bare('dev'))).toBeNull()
  b.registry.setOps(b.node('mmu-b'), other)
  expect(b.ofIommu.configure(b.bare('dev'))).toBe(other)
})

test('an entry that cannot be parsed ends the list without spoiling what came before', () => {
  const b = board(RC5, TWO)
  b.fake.xlateResult = 0
  b.registry.setOps(b.node('mmu-a'), b.fake)
  expect(b.ofIommu.configure(b.bare('holed'))).toBe(b.fake)
})

test('a disabled provider counts: its availability is not looked at', () => {
  const b = board(
    RC5,
    'mmu: mmu { status = "disabled"; #iommu-cells = <0>; }; dev { iommus = <&mmu>; };',
  )
  b.fake.xlateResult = 0
  b.registry.setOps(b.node('mmu'), b.fake)
  expect(b.ofIommu.configure(b.bare('dev'))).toBe(b.fake)
})

test('a kernel without the look-up or without the callback finds none', () => {
  for (const sets of [
    { ...RC5, 'iommu.ofConfigure': 'absent' },
    { ...RC5, 'iommu.xlateCallback': 'absent' },
  ] as const) {
    const b = board(sets, BEHIND_IOMMU)
    b.fake.xlateResult = 0
    b.registry.setOps(b.node('mmu'), b.fake)
    expect(b.ofIommu.configure(b.bare('dev'))).toBeNull()
  }
})

test('early init runs for every matching node, disabled ones too, and goes on after a failure', () => {
  const seen: string[] = []
  const init = (name: string) => (node: { path: string }) => {
    seen.push(`${name} ${node.path}`)
    return node.path === '/one' ? -EINVAL : 0
  }
  const declared = [
    { compatibles: ['test,old'], init: init('old') },
    { compatibles: ['test,new'], init: init('new') },
  ]
  const body = `one { compatible = "test,new", "test,old"; };
    two { compatible = "test,old"; status = "disabled"; };
    three { compatible = "test,other"; };`
  const b = board(RC5, body, { declared })
  b.ofIommu.init()
  expect(seen).toEqual(['new /one', 'old /two'])
  expect(b.log()).toEqual(['Failed to initialise IOMMU /one'])
  seen.length = 0
  board({ ...RC5, 'iommu.ofEarlyInit': 'absent' }, body, { declared }).ofIommu.init()
  expect(seen).toEqual([])
})
