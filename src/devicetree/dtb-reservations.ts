/**
 * The reservation block of a blob (Devicetree Specification 0.4, chapter 5.3): pairs of 64-bit
 * words. The specification ends it with a pair of zeroes; Linux (early_init_fdt_scan_reserved_mem,
 * drivers/of/fdt.c) and dtc stop at the first size of zero.
 */
import { be32 } from './bytes.ts'
import type { DtbHeader } from './dtb-header.ts'
import type { Findings } from './findings.ts'
import { type MemoryReservation, memoryReservation } from './tree.ts'

/** Reads the block. `structureEnd` is where the structure was found to end. */
export function readReservations(
  bytes: Uint8Array,
  header: DtbHeader,
  structureEnd: number,
  findings: Findings,
): MemoryReservation[] {
  const reservations: MemoryReservation[] = []
  const { start } = header.reservations
  let { end } = header.reservations
  // Read as nodes and again as reservations, bytes would cost twice, and be no reservations.
  if (start >= header.structure.start && start < structureEnd) {
    const message = 'the reservation block lies inside the structure block: it is not read'
    findings.error(message, findings.offset(start))
    return reservations
  }
  for (const other of [header.structure, header.strings]) {
    if (other.start > start && other.start < end) end = other.start
  }
  for (let at = start; at + 16 <= end; at += 16) {
    const words = [0, 4, 8, 12].map((i) => be32(bytes, at + i)) as [number, number, number, number]
    if (words[2] !== 0 || words[3] !== 0) reservations.push(memoryReservation(words))
    else {
      if (words[0] !== 0 || words[1] !== 0) {
        findings.warning('a reservation of no bytes ends the list', findings.offset(at))
      }
      return reservations
    }
  }
  findings.error('the reservation block has no end', findings.offset(end))
  return reservations
}
