/** How far a device's DMA reaches: its mask, and the windows of the buses above it. */
import type { Addr } from '../base/addr.ts'
import { type DmaLevel, type DmaParent, dmaWindows } from '../devicetree/addresses.ts'
import { deviceDma } from '../dma/device-dma.ts'
import type { Device } from '../driver-core/device.ts'

/** The answer of `reachable`. */
export interface Reach {
  /** Address bits of the mask. */
  maskBits: number
  /** Last bus address that fits the mask and lies in a window of every bus; 0 when none does. */
  limit: Addr
}

/** The streaming mask counts; the coherent one where there is none. */
export function reachable(device: Device, parentOf?: DmaParent): Reach {
  const { dmaMask, coherentDmaMask } = deviceDma.of(device)
  const mask = dmaMask ?? coherentDmaMask
  const levels = device.node === null ? [] : dmaWindows(device.node, parentOf)
  return { maskBits: mask.bits, limit: lastThrough(levels, 0, mask.limit) ?? 0 }
}

/** The last address of [low, high] that passes all levels, or null. */
function lastThrough(levels: readonly DmaLevel[], low: Addr, high: Addr): Addr | null {
  const [level, ...above] = levels
  if (level === undefined) return high
  const { windows } = level
  if (typeof windows === 'string' || windows.length === 0) return lastThrough(above, low, high)
  let best: Addr | null = null
  for (const { child, parent, size } of windows) {
    const from = Math.max(low, child)
    const to = Math.min(high, child + size - 1)
    if (from > to) continue
    const last = lastThrough(above, from - child + parent, to - child + parent)
    if (last !== null) best = Math.max(best ?? 0, last - parent + child)
  }
  return best
}
