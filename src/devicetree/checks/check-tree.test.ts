import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../../base/diagnostic.ts'
import { cellsValue, stringsValue } from '../bytes.ts'
import { parseDtb, printDtb } from '../dtb.ts'
import { parseDts } from '../dts.ts'
import { DeviceTree, DtNode } from '../tree.ts'
import { checkTree, MOST_FINDINGS } from './check-tree.ts'
import { checks } from './checks.ts'

const all = checks.map(({ id }) => id)

const SOURCE = `/dts-v1/;
/ {
  #address-cells = <1>; #size-cells = <1>;
  soc {
    a@0 { reg = <0 1>; };
  };
};
`

/** A node put in its place without the search for a twin that `addChild` makes. */
function child(parent: DtNode, name: string, properties: Record<string, Uint8Array> = {}): DtNode {
  const made = new DtNode(name, parent)
  parent.children.push(made)
  for (const [key, value] of Object.entries(properties)) {
    made.properties.push({ name: key, value })
  }
  return made
}

function seconds(work: () => void): number {
  const start = performance.now()
  work()
  return (performance.now() - start) / 1000
}

describe('checkTree', () => {
  it('points at the line of a source and says where the counts come from', () => {
    const { tree } = parseDts(SOURCE, { source: 'b.dts' })
    const lines = checkTree(tree!, { checks: ['reg_format'] }).map(formatDiagnostic)
    expect(lines).toEqual([
      'b.dts:5:11: /soc/a@0 property reg: warning: 8 bytes hold no whole number of entries of 12: ' +
        '#address-cells = <2> by default, /soc has none, ' +
        '#size-cells = <1> by default, /soc has none [reg_format]',
    ])
  })

  it('points into a blob', () => {
    const { tree } = parseDtb(printDtb(parseDts(SOURCE).tree!), { source: 'b.dtb' })
    const [found] = checkTree(tree!, { checks: ['reg_format'] })
    const reg = tree!.byPath('/soc/a@0')!.prop('reg')!
    expect(found?.at).toEqual({ ...reg.at, path: '/soc/a@0', property: 'reg' })
    expect(found?.at?.offset).toBeGreaterThan(0)
  })

  it('leaves checks out that are off unless they are named', () => {
    const { tree } = parseDts('/dts-v1/; / { a_b; };')
    expect(checkTree(tree!)).toEqual([])
    expect(checkTree(tree!, { checks: ['property_name_chars_strict'] })).toHaveLength(1)
  })

  it('refuses a check that does not exist', () => {
    const { tree } = parseDts('/dts-v1/; / { };')
    expect(() => checkTree(tree!, { checks: ['reg_fromat'] })).toThrow('no check reg_fromat')
  })

  it('takes what an overlay refers to for granted, and nothing that dtc adds to it', () => {
    const root = new DtNode('')
    const overlay = child(child(root, 'fragment@0', { target: cellsValue(-1) }), '__overlay__', {
      clocks: cellsValue(-1, 5),
      'interrupt-parent': cellsValue(-1),
    })
    child(overlay, 'n', { interrupts: cellsValue(1) })
    const fixups = child(child(root, '__local_fixups__'), 'fragment@0')
    fixups.properties.push({ name: 'clocks', value: cellsValue(4) })
    expect(checkTree(new DeviceTree(root))).toEqual([])
    overlay.properties.push({ name: 'resets', value: cellsValue(77) })
    expect(checkTree(new DeviceTree(root)).map((d) => d.check)).toEqual(['resets_property'])
  })

  it('has a name, a rule and a place of its own for every check', () => {
    expect(new Set(all).size).toBe(all.length)
    for (const { id, rule } of checks) expect([id, rule]).not.toContain('')
  })
})

describe('a hostile tree', () => {
  const many = 100_000

  it.each<[string, (root: DtNode) => void]>([
    [
      'children of one name and address',
      (root) => {
        for (let i = 0; i < many; i++) child(root, 'n@1')
      },
    ],
    [
      'properties of one name, and children called like them',
      (root) => {
        for (let i = 0; i < many; i++) root.properties.push({ name: `p${i}`, value: cellsValue(1) })
        for (let i = 0; i < many; i++) child(root, `p${i}`)
      },
    ],
    [
      'references to a node with many properties',
      (root) => {
        const p = child(root, 'p')
        for (let i = 0; i < many; i++) p.properties.push({ name: `p${i}`, value: cellsValue(1) })
        p.properties.push({ name: 'phandle', value: cellsValue(1) })
        p.properties.push({ name: '#clock-cells', value: cellsValue(0) })
        child(root, 'x', { clocks: cellsValue(...new Array(many).fill(1)) })
      },
    ],
    [
      'aliases of many nodes, all wrong',
      (root) => {
        const aliases = child(root, 'aliases')
        for (let i = 0; i < many; i++) {
          child(root, `n${i}`)
          aliases.properties.push({ name: `a${i}`, value: stringsValue(`/n${i}/x`) })
        }
      },
    ],
    [
      'a bus whose kind is hard to tell',
      (root) => {
        const strings = stringsValue(...new Array(many).fill('s'))
        const bus = child(root, 'bus', { compatible: strings })
        bus.properties.push({ name: '#size-cells', value: cellsValue(0) })
        bus.properties.push({ name: '#address-cells', value: cellsValue(1) })
        for (let i = 0; i < many; i++)
          child(child(bus, `p@${i}`, { reg: cellsValue(i) }), 'endpoint')
      },
    ],
    [
      'a deep path to many mistakes',
      (root) => {
        let node = root
        for (let i = 0; i < 60; i++) node = child(node, 'n'.repeat(255))
        for (let i = 0; i < many; i++) child(node, `n@${i}`, { reg: cellsValue(1) })
      },
    ],
    [
      'interrupts whose parent is far and wrong',
      (root) => {
        root.properties.push({ name: 'interrupt-parent', value: cellsValue(9) })
        let node = root
        for (let i = 0; i < 60; i++) node = child(node, 'n')
        for (let i = 0; i < many; i++) child(node, `n${i}`, { interrupts: cellsValue(1) })
      },
    ],
  ])('with %s takes no more than its share of time', (_what, make) => {
    const root = new DtNode('')
    make(root)
    const tree = new DeviceTree(root)
    let count = 0
    // A quadratic check would take minutes.
    expect(
      seconds(() => {
        count = checkTree(tree, { checks: all }).length
      }),
    ).toBeLessThan(5)
    expect(count).toBeLessThanOrEqual(MOST_FINDINGS + 1)
  })

  it('has the findings that are not told counted', () => {
    const root = new DtNode('')
    for (let i = 0; i < MOST_FINDINGS + 7; i++) child(root, `n@${i}`)
    const found = checkTree(new DeviceTree(root))
    expect(found).toHaveLength(MOST_FINDINGS + 1)
    expect(found.at(-1)?.message).toBe('7 more findings')
  })
})
