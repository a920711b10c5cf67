import { expect, it } from 'vitest'
import { RegisterFile, registers } from './registers.ts'

const block = registers('unit', [
  { at: 0x0, name: 'CTRL', access: 'rw', doc: 'control', writable: 0xff },
  { at: 0x4, name: 'STATUS', access: 'ro', reset: 0x18, doc: 'status' },
  { at: 0x8, name: 'COMMAND', access: 'wo', doc: 'command' },
  { at: 0xc, name: 'PENDING', access: 'w1c', doc: 'pending' },
])

it('applies the access rule of each row', () => {
  const file = new RegisterFile(block)
  file.write(block.at.CTRL, 0x1234)
  file.write(block.at.STATUS, 0)
  file.write(block.at.COMMAND, 5)
  file.poke('PENDING', 0b111)
  file.write(block.at.PENDING, 0b010)
  expect([0x0, 0x4, 0x8, 0xc].map((at) => file.read(at))).toEqual([0x34, 0x18, 0, 0b101])
  file.reset()
  expect(file.read(0x0)).toBe(0)
})

it('reads zero from reserved space and forgets what is written there', () => {
  const file = new RegisterFile(block)
  expect(file.write(0x40, 1)).toBeUndefined()
  expect(file.read(0x40)).toBe(0)
})

it('refuses two registers at one place or of one name, and unaligned ones', () => {
  const row = { access: 'rw', doc: '' } as const
  expect(() =>
    registers('x', [
      { at: 0, name: 'A', ...row },
      { at: 0, name: 'B', ...row },
    ]),
  ).toThrow()
  expect(() =>
    registers('x', [
      { at: 0, name: 'A', ...row },
      { at: 4, name: 'A', ...row },
    ]),
  ).toThrow()
  expect(() => registers('x', [{ at: 2, name: 'A', ...row }])).toThrow('unaligned')
})
