/** Where the bytes of a blob lie, and headers and structures that lie about them. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { shapes } from '../../test/fixtures/dt-shapes.ts'
import { formatDiagnostic } from '../base/diagnostic.ts'
import { putBe32 } from './bytes.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { layOutDtb } from './dtb-layout.ts'
import { MOST_ITEMS } from './dtb-structure.ts'
import { sameTree } from './same-tree.ts'

const small = new Uint8Array(
  readFileSync(new URL('../../test/fixtures/dt-small.dtb', import.meta.url)),
)
const expected = parseDtb(small).tree!

const lines = (bytes: Uint8Array) => parseDtb(bytes).diagnostics.map(formatDiagnostic)

/** A copy with some words changed. */
function changed(...words: [offset: number, value: number][]): Uint8Array {
  const bytes = small.slice()
  for (const [offset, value] of words) putBe32(bytes, offset, value)
  return bytes
}

describe('parseDtb', () => {
  it.each([1, 2, 3, 4, 7])('reads a view that starts at byte %i of a larger buffer', (offset) => {
    const larger = new Uint8Array(small.length + offset + 16).fill(0xff)
    larger.set(small, offset)
    const view = larger.subarray(offset, offset + small.length)
    const { tree, diagnostics } = parseDtb(view)
    expect(diagnostics).toEqual([])
    expect(sameTree(tree!, expected)).toBe(true)
    expect(printDtb(tree!)).toEqual(small)
    expect(tree!.root.child('soc')!.at).toEqual(expected.root.child('soc')!.at)
  })

  it('takes what follows a blob for no part of it', () => {
    const larger = new Uint8Array(small.length + 8).fill(0xff)
    larger.set(small)
    expect(lines(larger)).toEqual(['offset 0xb3f: note: 8 bytes after the blob are not part of it'])
  })

  it('reads shared memory, and gives plain bytes back', () => {
    const shared = new Uint8Array(new SharedArrayBuffer(small.length + 4), 4)
    shared.set(small)
    const { tree, diagnostics } = parseDtb(shared)
    expect(diagnostics).toEqual([])
    const printed = printDtb(tree!)
    expect(printed).toEqual(small)
    expect(printed.buffer).toBeInstanceOf(ArrayBuffer)
  })

  it.each([0, 1, 3, 4, 27, 28, 39])('says why %i bytes are no blob', (length) => {
    const { tree, diagnostics } = parseDtb(small.slice(0, length))
    expect(tree).toBe(null)
    expect(diagnostics.map((d) => d.severity)).toEqual(['error'])
  })

  it.each([
    ['total size', 4, 'the header says 4294967295 bytes'],
    ['structure offset', 8, 'structure block (4294967295 to '],
    ['strings offset', 12, 'strings block (4294967295 to '],
    ['reservations offset', 16, 'reservation block (4294967295)'],
    ['strings size', 32, 'strings block'],
    ['structure size', 36, 'structure block'],
  ])('refuses a %s of 4 GiB', (_what, offset, message) => {
    const { diagnostics } = parseDtb(changed([offset, 0xffff_ffff]))
    expect(diagnostics[0]).toMatchObject({ severity: 'error' })
    expect(diagnostics[0]!.message).toContain(message)
  })

  it('refuses sizes and offsets that wrap around at 4 GiB', () => {
    const [start, size] = [0xffff_fff0, 0x20]
    expect(lines(changed([8, start], [36, size]))[0]).toContain('outside the 2879 bytes')
    expect(lines(changed([12, start], [32, size]))[0]).toContain('outside the 2879 bytes')
  })

  it('ends the reservations at a size of zero, as Linux and dtc do', () => {
    const { tree, diagnostics } = parseDtb(changed([40 + 16 + 8, 0], [40 + 16 + 12, 0]))
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'offset 0x38: warning: a reservation of no bytes ends the list',
    ])
    expect(tree!.reservations.length).toBe(1)
  })

  it('does not read nodes as reservations', () => {
    const { tree, diagnostics } = parseDtb(changed([16, 0x60]))
    expect(diagnostics.map(formatDiagnostic)).toEqual([
      'offset 0x60: error: the reservation block lies inside the structure block: it is not read',
    ])
    expect(tree!.reservations).toEqual([])
  })

  it('warns of names that dtc refuses, and reads them', () => {
    const bytes = small.slice()
    const text = Buffer.from(bytes.buffer)
    bytes[text.indexOf('\0\0\0\u0001vop@ff930000\0') + 4] = 0x25
    bytes[text.indexOf('interrupt-parent\0')] = 0x25
    const { tree, diagnostics } = parseDtb(bytes)
    expect(diagnostics.map((d) => `${d.severity}: ${d.message}`)).toEqual([
      'warning: /: "%nterrupt-parent" is no property name',
      'warning: "%op@ff930000" is no node name, under /soc',
    ])
    expect(tree!.byPath('/soc/%op@ff930000')).toBeDefined()
    expect(sameTree(parseDtb(layOutDtb(tree!)).tree!, tree!)).toBe(true)
  })

  it(`reads no more than ${MOST_ITEMS} nodes and properties`, () => {
    const bytes = shapes['nodes nested to the end']!(MOST_ITEMS * 8 + 4096)
    expect(lines(bytes).length).toBe(2)
    const wide = shapes['empty properties']!(MOST_ITEMS * 12 + 4096)
    const { tree, diagnostics } = parseDtb(wide)
    expect(tree!.root.properties.length).toBe(MOST_ITEMS - 1)
    expect(diagnostics.at(-1)!.message).toContain('the rest is left out')
  })
})

describe('what parseDtb gives', () => {
  it('lets positions of nodes and properties be set', () => {
    const { tree } = parseDtb(small, { source: 'a.dtb' })
    const soc = tree!.root.child('soc')!
    const property = soc.properties[0]!
    for (const item of [soc, property]) {
      expect(item.at).toEqual({ source: 'a.dtb', offset: expect.any(Number) })
      item.at = { source: 'b.dts', line: 1, column: 2 }
      expect(item.at).toEqual({ source: 'b.dts', line: 1, column: 2 })
    }
  })

  it('keeps the lists of an empty node', () => {
    const { tree } = parseDtb(shapes['empty nodes']!(128))
    const node = tree!.root.children[0]!
    expect([node.children, node.properties, node.labels]).toEqual([[], [], []])
    node.properties.push({ name: 'a', value: new Uint8Array(0) })
    node.labels.push('l')
    expect(node.has('a')).toBe(true)
    expect(node.labels).toEqual(['l'])
  })
})
