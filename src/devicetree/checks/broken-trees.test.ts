/** Every check on trees that break it, by our own expectation and, where it is there, by dtc's. */
import { describe, expect, it } from 'vitest'
import { brokenTrees } from '../../../test/broken-trees.ts'
import { dtcWarnings, findingKey, hasDtc, noDtc } from '../../../test/dtc-warnings.ts'
import type { Diagnostic } from '../../base/diagnostic.ts'
import { cellsValue, stringsValue } from '../bytes.ts'
import { printDtb } from '../dtb.ts'
import { parseDts } from '../dts.ts'
import { DeviceTree, DtNode } from '../tree.ts'
import { checkTree } from './check-tree.ts'
import { checks } from './checks.ts'

const all = checks.map(({ id }) => id)
const texts = (found: readonly Diagnostic[]) => [
  ...new Set(
    found.map(({ check, at }) =>
      [check, at?.path, at?.property].filter((part) => part !== undefined).join(' '),
    ),
  ),
]

/** A node with properties and children as given: a tree that no source can say. */
function node(name: string, parent: DtNode | null, properties: [string, Uint8Array][]): DtNode {
  const made = new DtNode(name, parent)
  parent?.children.push(made)
  for (const [key, value] of properties) made.properties.push({ name: key, value })
  return made
}

const none = new Uint8Array(0)
const root = (...properties: [string, Uint8Array][]) => node('', null, properties)

const brokenBlobs: readonly { what: string; tree: () => DtNode; finds: readonly string[] }[] = [
  {
    what: 'nodes of one name',
    tree: () => {
      const top = root()
      for (const name of ['a', 'b', 'a', 'a']) node(name, top, [])
      return top
    },
    finds: ['duplicate_node_names /a'],
  },
  {
    what: 'properties of one name',
    tree: () => {
      const top = root(['x', none], ['y', none], ['x', cellsValue(1)])
      return top
    },
    finds: ['duplicate_property_names / x'],
  },
  {
    what: 'characters that names may not hold',
    tree: () => {
      const top = root(['x$y', none], ['a@b', none])
      for (const name of ['a$b', 'a#b', 'c@1@2', 'd@@3']) node(name, top, [])
      return top
    },
    finds: [
      'node_name_chars /a$b',
      'node_name_chars /a#b',
      'node_name_chars_strict /a$b',
      'node_name_chars_strict /a#b',
      'node_name_format /c@1@2',
      'node_name_format /d@@3',
      'property_name_chars / x$y',
      'property_name_chars / a@b',
      'property_name_chars_strict / x$y',
      'property_name_chars_strict / a@b',
      'unit_address_vs_reg /c@1@2',
      'unit_address_vs_reg /d@@3',
    ],
  },
  {
    what: 'phandles that are no numbers of nodes',
    tree: () => {
      const top = root()
      node('a', top, [['phandle', cellsValue(0)]])
      node('b', top, [['phandle', cellsValue(0xffff_ffff)]])
      node('c', top, [['phandle', Uint8Array.of(0, 1)]])
      node('d', top, [['linux,phandle', cellsValue(1, 2)]])
      return top
    },
    finds: [
      'explicit_phandles /a phandle',
      'explicit_phandles /b phandle',
      'explicit_phandles /c phandle',
      'explicit_phandles /d linux,phandle',
    ],
  },
  {
    what: 'phandles that two nodes have, or that differ',
    tree: () => {
      const top = root()
      node('a', top, [['phandle', cellsValue(1)]])
      node('b', top, [['phandle', cellsValue(1)]])
      node('c', top, [['linux,phandle', cellsValue(1)]])
      node('d', top, [
        ['phandle', cellsValue(2)],
        ['linux,phandle', cellsValue(3)],
      ])
      return top
    },
    finds: ['explicit_phandles /b', 'explicit_phandles /c', 'explicit_phandles /d'],
  },
  {
    what: 'a child called like a property',
    tree: () => {
      const top = root(['clocks', none], ['name', stringsValue('')])
      for (const name of ['clocks', 'name']) node(name, top, [])
      return top
    },
    finds: ['node_name_vs_property_name /clocks'],
  },
]

/** Our findings of checks that dtc carried out, and dtc's, where the two differ. */
function differences(
  found: readonly Diagnostic[],
  input: string | Uint8Array,
  form: 'dts' | 'dtb',
) {
  const theirs = dtcWarnings(input, form)
  const ours = new Set(
    found
      .filter(({ check }) => !theirs.skipped.has(check!))
      .map(({ check, at }) => findingKey(check!, at!.path!, at!.property)),
  )
  return [
    ...[...ours].filter((key) => !theirs.found.has(key)).map((key) => `ours ${key}`),
    ...[...theirs.found].filter((key) => !ours.has(key)).map((key) => `dtc ${key}`),
    ...(theirs.crashed ? ['dtc crashes'] : []),
  ]
}

describe('the checks', () => {
  it.each(brokenTrees)('find in $body exactly what is wrong', ({ body, finds }) => {
    const { tree, diagnostics } = parseDts(`/dts-v1/;\n/ { ${body} };\n`)
    // Of a wrong `name` the reader of sources speaks as well.
    expect(diagnostics.filter((d) => !d.message.startsWith('name: '))).toEqual([])
    expect(texts(checkTree(tree!, { checks: all }))).toEqual(finds)
  })

  it.each(brokenBlobs)('find $what', ({ tree, finds }) => {
    expect(texts(checkTree(new DeviceTree(tree()), { checks: all }))).toEqual(finds)
  })

  it('find a label that names two things', () => {
    const top = root()
    node('a', top, []).labels.push('l', 'l')
    node('b', top, []).labels.push('l')
    node('c', top, []).properties.push({ name: 'x', value: none, labels: ['l'] })
    expect(texts(checkTree(new DeviceTree(top)))).toEqual([
      'duplicate_label /b',
      'duplicate_label /c',
    ])
  })

  it('are each broken by a tree of these tests', () => {
    const finds = [...brokenTrees, ...brokenBlobs].flatMap((t) => t.finds)
    const broken = new Set(finds.map((text) => text.split(' ')[0]))
    expect(all.filter((id) => !broken.has(id))).toEqual(['duplicate_label'])
  })
})

describe(`dtc (${noDtc === '' ? 'found' : noDtc})`, () => {
  it.skipIf(!hasDtc).each(brokenTrees)(
    'finds the same in $body, or we say why not',
    ({ body, differs }) => {
      const source = `/dts-v1/;\n/ { ${body} };\n`
      const { tree } = parseDts(source)
      const different = differences(checkTree(tree!, { checks: all }), source, 'dts')
      if (differs === undefined) expect(different).toEqual([])
      else expect(different).not.toEqual([])
    },
  )

  it.skipIf(!hasDtc).each(brokenBlobs)('finds $what', ({ tree }) => {
    const made = new DeviceTree(tree())
    expect(differences(checkTree(made, { checks: all }), printDtb(made), 'dtb')).toEqual([])
  })

  const overlays = [
    `&bus { clocks = <&far 1 2>; interrupt-parent = <&far>; n@1 { reg = <1>; interrupts = <1>;
      port { endpoint { remote-endpoint = <&far>; }; x { remote-endpoint = <&far>; }; }; }; };`,
    `&bus { port { a: endpoint { remote-endpoint = <&b>; }; };
      prt { b: endp { remote-endpoint = <&n>; }; }; n: n { resets = <&b>, <&far>; }; };`,
    `/ { fragment@7 { target-path = "/"; __overlay__ { a { }; b@1 { }; }; }; };`,
  ]

  it.skipIf(!hasDtc).each(overlays)('finds the same in the overlay %s', (body) => {
    const source = `/dts-v1/; /plugin/; ${body}`
    const { tree } = parseDts(source)
    if (tree === null) return expect.fail('overlays are read')
    const found = checkTree(tree, { checks: all })
    expect(found.length).toBeGreaterThan(0)
    expect(differences(found, source, 'dts')).toEqual([])
  })
})
