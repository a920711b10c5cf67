import { expect, it } from 'vitest'
import { TranslationCache } from './translation-cache.ts'

const found = { address: 0x8001_2345, lg2: 16, read: true, write: false }

it('keeps a page of any size under every address in it', () => {
  const tlb = new TranslationCache()
  tlb.fill(0x1_2345, found)
  expect(tlb.find(0x1_0000)).toMatchObject({ iova: 0x1_0000, phys: 0x8001_0000, write: false })
  expect(tlb.find(0x1_ffff)).not.toBeNull()
  expect(tlb.find(0x2_0000)).toBeNull()
})

it('drops a page by any address in it, and everything at once', () => {
  const tlb = new TranslationCache()
  tlb.fill(0x1_2345, found)
  tlb.fill(0x3_0000, { ...found, address: 0x9000_0000, lg2: 12 })
  tlb.drop(0x1_0fff)
  expect(tlb.find(0x1_2345)).toBeNull()
  expect(tlb.size).toBe(1)
  tlb.clear()
  expect(tlb.size).toBe(0)
})
