import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { realBlobs } from '../../test/real-blobs.ts'
import { cellsValue, putBe32 } from './bytes.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { listEntries } from './list-entries.ts'
import { type DeviceTree, DtNode, DeviceTree as Tree } from './tree.ts'
import { diffTrees } from './tree-diff.ts'
import { TreeReader } from './tree-reader.ts'

const { paths, why, remove } = realBlobs()
afterAll(remove)
const missing = paths.length === 0

function parsed(source: string): DeviceTree {
  const { tree, diagnostics } = parseDts(`/dts-v1/; ${source}`)
  expect(diagnostics).toEqual([])
  return tree!
}

const MMU = 'mmu: mmu { #iommu-cells = <1>; }; ck: ck { #clock-cells = <1>; };'
function changes(before: string, after: string) {
  const tree = (body: string) => parsed(`/ { #address-cells = <1>; #size-cells = <1>; ${body} };`)
  return diffTrees(tree(before), tree(after))
}
const told = (before: string, after: string) =>
  changes(`${MMU} a { ${before} };`, `${MMU} a { ${after} };`).changed.map((c) =>
    c.entries.length > 0
      ? c.entries.map((e) => `${e.at}: ${e.before} -> ${e.after}`).join('; ')
      : `${c.property}: ${c.before} -> ${c.after}`,
  )

describe('diffTrees', () => {
  it('tells which entry of a list changed', () => {
    expect(told('iommus = <&mmu 1>, <&mmu 0x40>;', 'iommus = <&mmu 1>, <&mmu 0x42>;')).toEqual([
      'iommus[1]: <&mmu 0x40> -> <&mmu 0x42>',
    ])
    expect(told('reg = <0x10 0x1000>;', 'reg = <0x10 0x2000>;')).toEqual([
      'reg[0].size: 0x1000 -> 0x2000',
    ])
    expect(told('compatible = "a", "b";', 'compatible = "a", "c";')).toEqual([
      'compatible[1]: "b" -> "c"',
    ])
    expect(told('iommus = <&mmu 1>;', 'iommus = <&mmu 2>;')).toEqual([
      'iommus: <&mmu 1> -> <&mmu 2>',
    ])
    expect(told('x;', 'y = "text";')).toEqual(['x:  -> null', 'y: null -> "text"'])
  })

  it('compares a reference by the path that it leads to', () => {
    const before = parsed('/ { x { m: m { #iommu-cells = <0>; }; }; a { iommus = <&m>; }; };')
    const after = parsed('/ { y { m: m { #iommu-cells = <0>; }; }; a { iommus = <&m>; }; };')
    const { changed, added, removed } = diffTrees(before, after)
    expect(changed).toEqual([
      { path: '/a', property: 'iommus', before: '<&{/x/m}>', after: '<&{/y/m}>', entries: [] },
    ])
    expect([added, removed].map((list) => list.map((node) => node.path))).toEqual([['/y'], ['/x']])
  })

  it('sees through numbers and order, in properties that it does not know too', () => {
    const before = `${MMU} a { vendor,thing = <7 &ck 8>; iommus = <&mmu 1>; clocks = <&ck 1>; };`
    const after = `z: z { }; ${before.replace(MMU, '')} ck: ck { #clock-cells = <1>; };
      mmu: mmu { #iommu-cells = <1>; };`
    const extra = changes(`${before} b { r = <&mmu>; };`, `b { r = <&mmu>; }; ${after}`)
    expect(extra.changed).toEqual([])
    expect(extra.added.map((node) => node.path)).toEqual(['/z'])
  })

  it('never takes a plain number for a phandle', () => {
    const body = (first: number, second: number, reg: number) =>
      `m { phandle = <${first}>; }; n { phandle = <${second}>; }; a { reg = <${reg} 1>; };`
    expect(changes(body(4, 5, 4), body(6, 5, 6)).changed).toHaveLength(1)
    const sizes = (m: number) => `m { phandle = <${m}>; #clock-cells = <${m}>; };`
    expect(changes(sizes(1), sizes(2)).changed).toHaveLength(1)
  })

  it('notices a phandle that leads elsewhere though its number is the same', () => {
    const body = (m: number, n: number) =>
      `m { phandle = <${m}>; #iommu-cells = <0>; }; n { phandle = <${n}>; #iommu-cells = <0>; };
       a { iommus = <4>; };`
    expect(changes(body(4, 5), body(5, 4)).changed).toMatchObject([
      { property: 'iommus', before: '<&{/m}>', after: '<&{/n}>' },
    ])
    const gone = body(4, 5).replace('m { phandle = <4>;', 'x {')
    expect(changes(body(4, 5), gone).changed).toMatchObject([{ before: '<&{/m}>', after: '<4>' }])
    expect(changes(body(4, 5), body(6, 5)).changed).toMatchObject([
      { property: 'iommus', before: '<&{/m}>', after: '<4>' },
    ])
  })

  it('compares reservations whatever their order, and the boot CPU', () => {
    const before = parsed('/memreserve/ 0x1000 0x10; /memreserve/ 0x2000 0x10; / { };')
    const after = parsed('/memreserve/ 0x2000 0x10; /memreserve/ 0x1000 0x20; / { };')
    expect(diffTrees(before, after).changed).toMatchObject([
      { property: '/memreserve/', before: expect.stringMatching(/1000 .*10$/), after: null },
      { property: '/memreserve/', before: null, after: expect.stringMatching(/1000 .*20$/) },
    ])
    const other = new Tree(before.root, { reservations: before.reservations, bootCpu: 1 })
    expect(diffTrees(before, other).changed).toMatchObject([
      { property: 'boot_cpuid_phys', before: '0x0', after: '0x1' },
    ])
  })

  it('is empty for a source written in another order, whose phandles then differ', () => {
    const props = [
      'reg = <1 2>;',
      'iommus = <&n0 1>, <&n3 2>;',
      'clocks = <&n1>, <&n2>;',
      'f;',
      'own,ref = <&n2 5 &n0>;',
      'interrupt-map = <0 0 &n3 2>;',
      'x = "text";',
    ]
    const node = (i: number) =>
      `n${i}: n${i} { #iommu-cells = <1>; #clock-cells = <0>; #interrupt-cells = <1>; };`
    const order = <T>(items: readonly T[]) =>
      fc.shuffledSubarray([...items], { minLength: items.length })
    fc.assert(
      fc.property(order([0, 1, 2, 3]), order(props), fc.boolean(), (nodes, list, first) => {
        const body = (ns: number[], ps: string[], before: boolean) => {
          const users = `u { #address-cells = <1>; #interrupt-cells = <1>; ${ps.join(' ')} };`
          const providers = ns.map(node).join(' ')
          return before ? users + providers : providers + users
        }
        const diff = changes(body([0, 1, 2, 3], props, true), body(nodes, list, first))
        expect(diff).toEqual({ changed: [], added: [], removed: [] })
      }),
    )
  })

  it('finds every single mutation of a value', () => {
    const bytes = new Uint8Array(
      readFileSync(new URL('../../test/fixtures/dt-small-symbols.dtb', import.meta.url)),
    )
    const tree = parseDtb(bytes).tree!
    const count = tree.nodes().flatMap((node) => node.properties).length
    fc.assert(
      fc.property(
        fc.nat(count - 1),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        (which, at, by) => {
          const other = parseDtb(bytes).tree!
          const all = other.nodes().flatMap((node) => node.properties.map((p) => ({ node, p })))
          const { node, p } = all[which]!
          fc.pre(p.name !== 'phandle')
          const value = Uint8Array.from(p.value.length === 0 ? [by] : p.value)
          if (p.value.length > 0) value[at % value.length]! ^= by
          node.setProperty(p.name, value)
          const { changed } = diffTrees(tree, other)
          expect(changed.map((c) => [c.path, c.property])).toContainEqual([node.path, p.name])
        },
      ),
      { numRuns: 500 },
    )
  })

  it('takes long lists, many children and many properties in little time', () => {
    const big = (turn: number): DeviceTree => {
      const root = new DtNode('')
      const tree = new Tree(root)
      const provider = new DtNode('p', root)
      root.children.push(provider)
      for (let i = 0; i < 30_000; i++) {
        provider.properties.push({ name: `p${i}`, value: cellsValue(i + turn) })
        root.children.push(new DtNode(`c@${turn === 0 ? i : 30_000 - i}`, root))
      }
      provider.properties.push({ name: '#iommu-cells', value: cellsValue(0) })
      provider.properties.push({ name: 'phandle', value: cellsValue(1 + turn) })
      const list = new Uint8Array(4 * 30_000)
      for (let i = 0; i < list.length; i += 4) putBe32(list, i, 1 + turn)
      provider.properties.push({ name: 'iommus', value: list })
      root.properties.push({ name: 'reg', value: list }, { name: 'ranges', value: list })
      return tree
    }
    const [before, after] = [big(0), big(1)]
    const start = performance.now()
    const { changed } = diffTrees(before, after)
    // Half a second on an idle machine; a quadratic step would take a minute.
    expect(performance.now() - start).toBeLessThan(5000)
    expect(changed.some((c) => c.property === 'iommus')).toBe(false)
  })
})

/** Gives every phandle another number, in known lists too; properties end up in reverse order. */
function renumber(tree: DeviceTree): void {
  const reader = new TreeReader(tree)
  const highest = Math.max(0, ...tree.nodes().map((node) => node.phandle ?? 0))
  const writes: [Uint8Array, number, number][] = []
  for (const node of tree.nodes()) {
    for (const property of node.properties) {
      property.value = Uint8Array.from(property.value)
      const { name, value } = property
      const own = name === 'phandle' || name === 'linux,phandle'
      const entries = own ? [{ phandleAt: 0, target: node }] : listEntries(reader, node, property)
      for (const { phandleAt, target } of entries ?? []) {
        if (phandleAt === null || target === null) continue
        writes.push([value, 4 * phandleAt, 0x10_0000 + highest - target.phandle!])
      }
    }
    node.properties.reverse()
  }
  for (const [value, at, phandle] of writes) putBe32(value, at, phandle)
}

describe(`real boards (${missing ? why : paths.length})`, () => {
  it.skipIf(missing)('sees no difference after all phandles got other numbers', () => {
    for (const path of paths.filter((_, i) => i % 8 === 0)) {
      const bytes = new Uint8Array(readFileSync(path))
      const tree = parseDtb(bytes).tree!
      const other = parseDtb(bytes).tree!
      renumber(other)
      const again = parseDtb(printDtb(new Tree(other.root, other))).tree!
      const { changed, added, removed } = diffTrees(tree, again)
      expect(changed.slice(0, 3), path).toEqual([])
      expect([...added, ...removed]).toEqual([])
    }
  })
})
