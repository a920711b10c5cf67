/** The way of an address down the buses of a master to memory: the windows of `dma-ranges`. */
import { type Addr, type Phys, prettyHex, prettySize } from '../base/addr.ts'
import type { DmaLevel } from '../devicetree/dma-windows.ts'

/** Where an address ends, or the first byte that a bus does not let through. */
export type BusPathEnd =
  | { physical: Phys }
  /** `address` as it reached the bus, bytes; `text` lists the windows of the bus. */
  | { bus: string; address: Addr; text: string }

/**
 * Takes `size` bytes at a bus address through every level, nearest bus first. A bus without
 * `dma-ranges` passes addresses on unchanged.
 */
export function crossBuses(levels: readonly DmaLevel[], from: Addr, size: number): BusPathEnd {
  let at = from
  for (const { path, windows } of levels) {
    if (typeof windows === 'string' || windows.length === 0) continue
    const window = windows.find((w) => at >= w.child && at - w.child < w.size)
    const inside = window === undefined ? 0 : window.child + window.size - at
    if (window === undefined || inside < size) {
      return { bus: path, address: at + inside, text: windowsText(windows) }
    }
    at = at - window.child + window.parent
  }
  return { physical: at }
}

/** `0x00000000 is 0x40000000 (1 GiB), ...` */
function windowsText(windows: Exclude<DmaLevel['windows'], string>): string {
  return windows
    .map((w) => `${prettyHex(w.child)} is ${prettyHex(w.parent)} (${prettySize(w.size)})`)
    .join(', ')
}
