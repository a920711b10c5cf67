import { expect, it } from 'vitest'
import { printAddress, printAlternateHex, printHex } from './printk.ts'

it('prints numbers as printk does', () => {
  expect(printHex(0x1e, 8)).toBe('0000001e')
  expect(printAlternateHex(0x4b, 8)).toBe('0x00004b')
  expect(printAlternateHex(0, 8)).toBe('00000000')
  expect(printAlternateHex(0, 3)).toBe('000')
  expect(printAlternateHex(5, 3)).toBe('0x5')
  expect(printAlternateHex(0x345, 3)).toBe('0x345')
  expect(printAlternateHex(0)).toBe('0')
  expect(printAddress(0x1000)).toBe('0x00001000')
})
