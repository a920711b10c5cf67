/**
 * Scatter lists behind an IOMMU: neighbours become one stretch of I/O space where they can.
 * __iommu_map_sg(), __iommu_unmap_sg(), arch/arm/mm/dma-mapping.c v3.19
 */
import { type Iova, PAGE_SIZE, offsetInPage } from '../base/addr.ts'
import type { Device } from '../driver-core/device.ts'
import { type IommuSpace, protectionOf } from './arm-iommu-space.ts'
import { deviceDma } from './device-dma.ts'
import type { DmaDirection, SgEntry } from './dma-ops.ts'
import { pageAlign } from './pages.ts'

/** Entries that share one IOVA range; `size` counts from the page start of the first. */
interface Chunk {
  entries: SgEntry[]
  offset: number
  size: number
}

/**
 * A chunk ends before an entry that does not begin at a page, after one that does not end at a
 * page, and where it would outgrow the device's longest segment.
 */
export function chunksOf(sg: readonly SgEntry[], maxSegSize: number): Chunk[] {
  const chunks: Chunk[] = []
  for (const entry of sg) {
    const offset = offsetInPage(entry.phys)
    const chunk = chunks.at(-1)
    const starts =
      chunk === undefined ||
      offset !== 0 ||
      chunk.size % PAGE_SIZE !== 0 ||
      chunk.size + entry.length > maxSegSize
    if (starts) chunks.push({ entries: [entry], offset, size: offset + entry.length })
    else {
      chunk.entries.push(entry)
      chunk.size += entry.length
    }
  }
  return chunks
}

/**
 * Maps all chunks; the first entries of the list carry their addresses, the rest none. Returns
 * their number, or 0 after undoing everything when one fails. `prepare` runs for each entry that
 * is about to be mapped.
 */
export function mapSgChunks(
  space: IommuSpace,
  device: Device,
  sg: SgEntry[],
  direction: DmaDirection,
  prepare: (entry: SgEntry) => void,
): number {
  const handles: { iova: Iova; chunk: Chunk }[] = []
  for (const chunk of chunksOf(sg, deviceDma.of(device).maxSegSize)) {
    const stretches = chunk.entries.map((s) => {
      const offset = offsetInPage(s.phys)
      return { phys: s.phys - offset, length: pageAlign(offset + s.length) }
    })
    for (const entry of chunk.entries) prepare(entry)
    const iova = space.create(device, stretches, protectionOf(direction))
    if (iova === null) {
      for (const done of handles) space.remove(device, done.iova, done.chunk.size)
      return 0
    }
    handles.push({ iova, chunk })
  }
  for (const entry of sg) {
    entry.dmaAddress = null
    entry.dmaLength = 0
  }
  for (const [i, { iova, chunk }] of handles.entries()) {
    const entry = sg[i] as SgEntry
    entry.dmaAddress = iova + chunk.offset
    entry.dmaLength = chunk.size - chunk.offset
  }
  return handles.length
}

/** Removes what mapSgChunks() made. */
export function unmapSgChunks(space: IommuSpace, device: Device, sg: readonly SgEntry[]): void {
  for (const { dmaAddress, dmaLength } of sg) {
    if (dmaAddress !== null && dmaLength > 0) space.remove(device, dmaAddress, dmaLength)
  }
}
