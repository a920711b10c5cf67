import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { formatDiagnostic } from '../base/diagnostic.ts'
import { putBe32 } from './bytes.ts'
import { parseDtb } from './dtb.ts'
import { sameTree } from './same-tree.ts'

const fixture = (name: string) =>
  new Uint8Array(readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url)))

const lines = (bytes: Uint8Array) =>
  parseDtb(bytes, { source: 'b.dtb' }).diagnostics.map(formatDiagnostic)

/** A blob with the given structure words and strings, and a correct header. */
function blob(words: number[], strings = 'a\0b\0'): Uint8Array {
  const bytes = new Uint8Array(56 + words.length * 4 + strings.length)
  const header = [0xd00d_feed, bytes.length, 56, 56 + words.length * 4, 40, 17, 16, 0]
  const all = [...header, strings.length, words.length * 4, 0, 0, 0, 0, ...words]
  for (const [i, word] of all.entries()) putBe32(bytes, i * 4, word)
  for (let i = 0; i < strings.length; i++) {
    bytes[56 + words.length * 4 + i] = strings.charCodeAt(i)
  }
  return bytes
}

const [BEGIN, END_NODE, PROP, NOP, END] = [1, 2, 3, 4, 9]
const N = 0x6e00_0000 // "n"

describe('parseDtb', () => {
  it('reads nodes, properties, reservations and the boot CPU', () => {
    const { tree, diagnostics } = parseDtb(fixture('dt-small.dtb'))
    expect(diagnostics).toEqual([])
    expect(tree!.model).toBe('Small test board')
    expect(tree!.bootCpu).toBe(0x500)
    expect(tree!.reservations.map((r) => r.words)).toEqual([
      [0, 0x1000, 0, 0x2000],
      [0xffff_ffff, 0xffff_f000, 0, 0x1000],
    ])
    expect(tree!.reservations[0]).toMatchObject({ address: 0x1000, size: 0x2000 })
    expect(tree!.byPath('/soc/vop@ff930000')!.cells('reg')).toEqual([
      0xff93_0000, 0x19c, 0xff93_1000, 0x1000,
    ])
  })

  it('reads version 3, with whole paths and aligned values, as the same tree', () => {
    const old = parseDtb(fixture('dt-small-v3.dtb'))
    expect(old.diagnostics).toEqual([])
    expect(sameTree(old.tree!, parseDtb(fixture('dt-small.dtb')).tree!)).toBe(true)
  })

  it('gives a position in the blob to every node and property', () => {
    const bytes = fixture('dt-small.dtb')
    const { tree } = parseDtb(bytes, { source: 'small.dtb' })
    for (const node of tree!.nodes()) {
      expect(bytes[node.at!.offset! + 3]).toBe(BEGIN)
      for (const property of node.properties) expect(bytes[property.at!.offset! + 3]).toBe(PROP)
    }
    expect(tree!.root.at!.source).toBe('small.dtb')
  })

  it('reads no more than 256 bytes of a name, however many point into one', () => {
    const n = 10_000
    const properties = Array.from({ length: n }, (_, i) => [PROP, 0, i] as const)
    const bytes = blob([BEGIN, 0, ...properties.flat(), END_NODE, END], `${'x'.repeat(n)}\0`)
    const begun = performance.now()
    const { tree, diagnostics } = parseDtb(bytes)
    expect(performance.now() - begun).toBeLessThan(1000)
    expect(diagnostics[0]).toEqual({
      severity: 'error',
      message: 'a property name of more than 256 bytes',
      at: { offset: 0x40 },
    })
    expect(tree!.root.properties.every((p) => p.name.length <= 256)).toBe(true)
  })

  it('takes a property name of 256 bytes and no longer one, and tells an unterminated one', () => {
    const named = (strings: string) => lines(blob([BEGIN, 0, PROP, 0, 0, END_NODE, END], strings))
    expect(named(`${'x'.repeat(256)}\0`)).toEqual([])
    expect(named(`${'x'.repeat(257)}\0`).join()).toContain('more than 256 bytes')
    expect(named('x'.repeat(256)).join()).toContain('not terminated')
  })

  it('cuts a node name that is longer', () => {
    const long = Array.from({ length: 100 }, () => 0x6e6e_6e6e)
    const { tree, diagnostics } = parseDtb(
      blob([BEGIN, 0, BEGIN, ...long, 0, END_NODE, END_NODE, END]),
    )
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'offset 0x44: error: a node name of more than 256 bytes',
    ])
    expect(tree!.root.children.map((c) => c.name.length)).toEqual([256])
  })

  it('passes over NOP tokens', () => {
    const { tree, diagnostics } = parseDtb(
      blob([NOP, BEGIN, 0, NOP, PROP, 0, 0, NOP, END_NODE, NOP, END]),
    )
    expect(diagnostics).toEqual([])
    expect(tree!.root.properties.map((p) => p.name)).toEqual(['a'])
  })

  it.each<[string, Uint8Array, string[]]>([
    ['nothing', new Uint8Array(0), ['offset 0x0: error: no device tree blob: 0 bytes']],
    [
      'something else',
      new Uint8Array(64),
      ['offset 0x0: error: no device tree blob: it starts with 0x00000000, not 0xd00dfeed'],
    ],
    [
      'gzip data',
      Uint8Array.of(0x1f, 0x8b, 8, 0),
      ['offset 0x0: error: no blob but gzip data (decompress it first)'],
    ],
    [
      'a source',
      new Uint8Array([...'/dts-v1/;'].map((c) => c.charCodeAt(0))),
      ['offset 0x0: error: no blob but device tree source (read it as DTS)'],
    ],
    [
      'half a header',
      fixture('dt-small.dtb').slice(0, 39),
      ['offset 0x27: error: the blob ends inside its header'],
    ],
    [
      'no END_NODE',
      blob([BEGIN, 0, BEGIN, N, END]),
      ['offset 0x48: error: FDT_END too early, with 2 nodes open: /n'],
    ],
    [
      'no FDT_END',
      blob([BEGIN, 0, END_NODE]),
      ['offset 0x44: error: the structure block ends without FDT_END, outside every node'],
    ],
    [
      'an unknown token',
      blob([BEGIN, 0, 5, END_NODE, END]),
      ['offset 0x40: error: 0x5 is no token, with 1 node open: /'],
    ],
    [
      'two roots',
      blob([BEGIN, 0, END_NODE, BEGIN, 0, END_NODE, END]),
      ['offset 0x44: error: a second root node'],
    ],
    [
      'an END_NODE too many',
      blob([BEGIN, 0, END_NODE, END_NODE, END]),
      ['offset 0x44: error: FDT_END_NODE without a node to close'],
    ],
    ['no node', blob([END]), ['offset 0x3c: error: there is no root node']],
    [
      'a property outside every node',
      blob([PROP, 0, 0, BEGIN, 0, END_NODE, END]),
      ['offset 0x38: error: a property outside every node'],
    ],
    [
      'a value that is too long',
      blob([BEGIN, 0, PROP, 0xffff_fff0, 0, END_NODE, END]),
      ['offset 0x40: error: a property of 4294967280 bytes, but 8 are left'],
    ],
    [
      'a property name outside the strings',
      blob([BEGIN, 0, PROP, 0, 0x100, END_NODE, END]),
      ["offset 0x40: error: a property's name is at 256, outside the strings block"],
    ],
    [
      'a property name without an end',
      blob([BEGIN, 0, PROP, 0, 2, END_NODE, END], 'a\0bc'),
      ['offset 0x56: error: a property name is not terminated'],
    ],
    [
      'a node name without an end',
      blob([BEGIN, 0, BEGIN, 0x6161_6161], 'aaaa'),
      ['offset 0x44: error: a node name is not terminated'],
    ],
    [
      'a property after a child',
      blob([BEGIN, 0, BEGIN, N, END_NODE, PROP, 0, 0, END_NODE, END]),
      ['offset 0x4c: error: /: a comes after a child node, where Linux does not see it'],
    ],
    [
      'two properties of one name',
      blob([BEGIN, 0, PROP, 0, 0, PROP, 4, 0, 7, END_NODE, END]),
      ['offset 0x4c: warning: /: property a twice; the first counts'],
    ],
    [
      'two nodes of one name',
      blob([BEGIN, 0, BEGIN, N, END_NODE, BEGIN, N, END_NODE, END_NODE, END]),
      ['offset 0x4c: warning: /: two nodes called n'],
    ],
    [
      'a child without a name',
      blob([BEGIN, 0, BEGIN, 0, END_NODE, END_NODE, END]),
      ['offset 0x44: warning: "" is no node name, under /'],
    ],
  ])('reports %s with its place', (_what, bytes, expected) => {
    expect(lines(bytes)).toEqual(expected.map((line) => `b.dtb: ${line}`))
  })

  it.each<[string, number, number, string]>([
    [
      'total size',
      4,
      0x10_0000,
      'offset 0x4: error: truncated: the header says 1048576 bytes, 2879 are there',
    ],
    ['total size', 4, 8, 'offset 0x4: error: the header says 8 bytes, less than itself'],
    [
      'structure offset',
      8,
      0x2000,
      'offset 0x8: error: structure block (8192 to 10668) is outside the 2879 bytes of the blob',
    ],
    ['strings offset', 12, 100, 'offset 0x64: warning: the structure and strings blocks overlap'],
    [
      'reservation offset',
      16,
      4000,
      'offset 0x10: error: reservation block (4000) is outside the 2879 bytes of the blob',
    ],
    ['version', 20, 99, ''],
    [
      'last compatible version',
      24,
      18,
      'offset 0x14: error: version 17, readable as version 18: only 1 to 17 are known',
    ],
    [
      'structure size',
      36,
      0xffff_ffff,
      'offset 0x8: error: structure block (88 to 4294967383) is outside the 2879 bytes of the blob',
    ],
  ])('checks the %s', (_what, at, value, expected) => {
    const bytes = fixture('dt-small.dtb')
    putBe32(bytes, at, value)
    expect(lines(bytes)[0] ?? '').toBe(expected === '' ? '' : `b.dtb: ${expected}`)
  })

  it('keeps what comes before a break', () => {
    const { tree, diagnostics } = parseDtb(fixture('dt-small.dtb').slice(0, 1500))
    expect(diagnostics.length).toBeGreaterThan(0)
    expect(tree!.root.child('memory@80000000')).toBeDefined()
    expect(tree!.blob).toBe(null)
  })

  it('says once that a cut blob has no names left', () => {
    const { diagnostics } = parseDtb(fixture('dt-small.dtb').slice(0, 200))
    expect(diagnostics.filter((d) => d.message.includes('strings block'))).toHaveLength(1)
    expect(diagnostics.some((d) => d.message.startsWith('truncated'))).toBe(true)
  })

  it('says something about every truncation of a blob, and never throws', () => {
    const whole = fixture('dt-small.dtb')
    for (let length = 0; length < whole.length; length++) {
      expect(parseDtb(whole.subarray(0, length)).diagnostics.length).toBeGreaterThan(0)
    }
  })

  it('reads 300 000 nested nodes to the depth that Linux reads, without recursion', () => {
    const words = [BEGIN, 0]
    for (let i = 0; i < 300_000; i++) words.push(BEGIN, N)
    const { tree, diagnostics } = parseDtb(blob(words))
    expect(diagnostics.map((d) => d.message)).toEqual([
      'nodes nested deeper than 64 are left out, as Linux does',
      expect.stringContaining('with 300001 nodes open'),
    ])
    expect(tree!.nodes().length).toBe(64)
  })

  it('reads 100 000 children of one name in a moment, and says so a hundred times', () => {
    const words = [BEGIN, 0]
    for (let i = 0; i < 100_000; i++) words.push(BEGIN, N, END_NODE)
    const start = performance.now()
    const { tree, diagnostics } = parseDtb(blob([...words, END_NODE, END]))
    expect(performance.now() - start).toBeLessThan(15_000)
    expect(tree!.root.children.length).toBe(100_000)
    expect(diagnostics.length).toBe(101)
    expect(diagnostics.at(-1)!.message).toBe('99899 more of the kind')
  })

  it('accepts a Buffer of a pool and returns plain arrays', () => {
    const pooled = Buffer.concat([Buffer.from('xyz'), fixture('dt-small.dtb')]).subarray(3)
    const value = parseDtb(pooled).tree!.root.prop('model')!.value
    expect(value.constructor).toBe(Uint8Array)
  })
})
