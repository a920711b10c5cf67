import { describe, expect, it } from 'vitest'
import { channelOffset, controlRegisters, masterBlock } from './control.ts'
import { scanoutWindow } from './scanout.ts'

describe('masterBlock', () => {
  it('repeats the registers of a channel and says how many there are', () => {
    const block = masterBlock('scanout', scanoutWindow, 3, 40)
    expect(block.find(channelOffset(2) + scanoutWindow.at.BYTES)?.name).toBe('CH2_BYTES')
    expect(block.find(controlRegisters.at.CHANNELS)?.reset).toBe(3)
  })

  it('keeps the address bits that the device has', () => {
    const high = channelOffset(0) + scanoutWindow.at.ADDR_HI
    expect(masterBlock('scanout', scanoutWindow, 1, 36).find(high)?.writable).toBe(0xf)
    expect(masterBlock('scanout', scanoutWindow, 1, 32).find(high)).toBeUndefined()
  })

  it('gives every row a sentence', () => {
    for (const row of masterBlock('scanout', scanoutWindow, 2, 52).rows) {
      expect(row.doc.length, row.name).toBeGreaterThan(5)
    }
  })
})
