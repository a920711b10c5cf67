import { createHash } from 'node:crypto'
import { expect, it } from 'vitest'
import { Sha256 } from './sha256.ts'

it('gives the digests of FIPS 180-4', () => {
  const empty = new Sha256()
  expect(empty.digest()).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  const abc = new Sha256()
  abc.add('a')
  abc.add('bc')
  expect(abc.digest()).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})

it('agrees with another implementation at every length around a block', () => {
  for (let n = 0; n < 200; n++) {
    const text = 'x0'.repeat(100).slice(0, n)
    const sum = new Sha256()
    sum.add(text)
    expect(sum.digest(), String(n)).toBe(createHash('sha256').update(text).digest('hex'))
  }
})
