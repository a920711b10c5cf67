import { expect, test } from 'vitest'
import { parseKernels, parseMemory } from './args.ts'

test('reads memory in hex, decimal and with units, in ascending order', () => {
  expect(parseMemory('0x80000000+512M,0x60000000+0x1000,1G+4K')).toEqual({
    ok: true,
    value: [
      { base: 0x40000000, size: 4096 },
      { base: 0x60000000, size: 0x1000 },
      { base: 0x80000000, size: 0x20000000 },
    ],
  })
})

test.each([
  ['0x60000000', 'not BASE+SIZE'],
  ['0+1G+2G', 'not BASE+SIZE'],
  ['a+b', 'not BASE+SIZE'],
  ['', 'not BASE+SIZE'],
  ['0+0', 'no size'],
  ['0x1fffffffffffff+1', 'beyond 2^53'],
  ['0+2G,1G+1G', 'overlap at 0x40000000'],
])('refuses the memory %s', (text, why) => {
  const parsed = parseMemory(text)
  expect(parsed.ok).toBe(false)
  if (!parsed.ok) expect(parsed.diagnostic.message).toContain(why)
})

test('takes ranges that touch', () => {
  expect(parseMemory('0+1G,1G+1G').ok).toBe(true)
})

test('splits kernels at commas and keeps them as typed', () => {
  expect(parseKernels('v3.18+drivers, v3.19~x,v3.19')).toEqual({
    ok: true,
    value: ['v3.18+drivers', 'v3.19~x', 'v3.19'],
  })
})

test('leaves the comma of a compatible in a change id alone', () => {
  expect(parseKernels('v3.18+driver:rockchip,rk3288-vop,v3.19+driver:foo,v3.18')).toEqual({
    ok: true,
    value: ['v3.18+driver:rockchip,rk3288-vop', 'v3.19+driver:foo', 'v3.18'],
  })
})

test('refuses a missing kernel', () => {
  expect(parseKernels('v3.18,,v3.19').ok).toBe(false)
  expect(parseKernels('').ok).toBe(false)
})
