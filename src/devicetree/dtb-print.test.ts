import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { cellsValue } from './bytes.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { layOutDtb } from './dtb-layout.ts'
import { parseDts } from './dts.ts'
import { sameTree } from './same-tree.ts'
import { DeviceTree, DtNode, memoryReservation } from './tree.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url)))

it.each(['dt-small.dtb', 'dt-small-v3.dtb', 'dt-small-symbols.dtb'])(
  'gives %s back byte for byte',
  (name) => {
    const bytes = fixture(name)
    expect(printDtb(parseDtb(bytes).tree!)).toEqual(bytes)
  },
)

it('lays an edited tree out afresh, and gives the blob back when the edit is undone', () => {
  const bytes = fixture('dt-small-symbols.dtb')
  const { tree } = parseDtb(bytes)
  tree!.root.setProperty('extra', cellsValue(1))
  const edited = printDtb(tree!)
  expect(edited).not.toEqual(bytes)
  expect(parseDtb(edited).tree!.root.u32('extra')).toBe(1)
  tree!.root.removeProperty('extra')
  expect(printDtb(tree!)).toEqual(bytes)
})

it('notices edits that were made past the methods', () => {
  const { tree } = parseDtb(fixture('dt-small.dtb'))
  tree!.root.properties.pop()
  expect(parseDtb(printDtb(tree!)).tree!.root.properties.length).toBe(tree!.root.properties.length)
})

it('lays a source out as dtc does', () => {
  const source = readFileSync(new URL('../../test/fixtures/dt-small.dts', import.meta.url), 'utf8')
  expect(printDtb(parseDts(source).tree!)).toEqual(fixture('dt-small.dtb'))
})

it('refuses names that no blob can hold', () => {
  const root = new DtNode('')
  root.setProperty('a\0b', cellsValue(1))
  expect(() => printDtb(new DeviceTree(root))).toThrow('no device tree name')
})

const name = fc.string({
  unit: fc.constantFrom(...'abcxyz019,._+-#?'),
  minLength: 1,
  maxLength: 12,
})
const shape = fc.letrec<{
  node: { properties: [string, Uint8Array][]; children: [string, unknown][] }
}>((tie) => ({
  node: fc.record({
    properties: fc.uniqueArray(fc.tuple(name, fc.uint8Array({ maxLength: 20 })), {
      selector: ([n]) => n,
      maxLength: 5,
    }),
    children: fc.uniqueArray(
      fc.tuple(name, fc.oneof({ maxDepth: 4 }, fc.constant(null), tie('node'))),
      {
        selector: ([n]) => n,
        maxLength: 4,
      },
    ),
  }),
})).node
const fill = (
  node: DtNode,
  given: { properties: [string, Uint8Array][]; children: [string, unknown][] },
) => {
  for (const [n, value] of given.properties) node.setProperty(n, value)
  for (const [n, child] of given.children) {
    const added = node.addChild(n)
    if (child !== null) fill(added, child as typeof given)
  }
  return node
}
const word = fc.nat({ max: 0xffff_ffff })
const reservations = fc.array(fc.tuple(word, word, word, fc.integer({ min: 1, max: 0xffff_ffff })))

it('writes any tree so that it reads back the same', () => {
  fc.assert(
    fc.property(shape, reservations, word, (given, reserved, bootCpu) => {
      const tree = new DeviceTree(fill(new DtNode(''), given), {
        reservations: reserved.map(memoryReservation),
        bootCpu,
      })
      const bytes = layOutDtb(tree)
      const again = parseDtb(bytes)
      expect(again.diagnostics).toEqual([])
      expect(sameTree(again.tree!, tree)).toBe(true)
      expect(printDtb(again.tree!)).toEqual(bytes)
    }),
    { numRuns: 300 },
  )
})
