import fc from 'fast-check'
import { expect, it } from 'vitest'
import { be32, cellsValue, latin1, latin1Bytes, stringsValue, text } from './bytes.ts'

it('reads back every string that it writes', () => {
  const codePoint = fc
    .integer({ min: 1, max: 0x10_ffff })
    .filter((code) => code < 0xd800 || code > 0xdfff)
  fc.assert(
    fc.property(fc.array(codePoint), (codePoints) => {
      const string = String.fromCodePoint(...codePoints)
      const bytes = stringsValue(string)
      expect(text(bytes, 0, bytes.length - 1)).toBe(string)
    }),
  )
})

it('takes bytes that are no UTF-8 as Latin-1, so that no byte is lost', () => {
  for (const bytes of [
    [0xff],
    [0xc3],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
  ]) {
    expect(latin1Bytes(text(Uint8Array.from(bytes)))).toEqual(Uint8Array.from(bytes))
  }
})

it('keeps names byte by byte', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(latin1Bytes(latin1(bytes))).toEqual(bytes)
    }),
  )
  expect(() => latin1Bytes('€')).toThrow('no device tree name')
})

it('writes cells big endian and reads them unsigned', () => {
  expect([...cellsValue(1, 0xff93_0000)]).toEqual([0, 0, 0, 1, 0xff, 0x93, 0, 0])
  expect(be32(cellsValue(0xff93_0000), 0)).toBe(0xff93_0000)
})
