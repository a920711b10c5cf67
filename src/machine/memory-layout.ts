/**
 * What RAM a board has: what the user says, else memory nodes with a size, else one documented
 * guess. Four blobs in ten leave the size to the boot loader.
 */
import { PAGE_SIZE, prettyHex, prettySize } from '../base/addr.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import { memoryRanges, reservedMemory } from '../devicetree/memory.ts'
import type { DeviceTree } from '../devicetree/tree.ts'
import { dramBases } from './dram-bases.ts'

/** Guessed size where a tree gives none, bytes. */
const ASSUMED_SIZE = 0x4000_0000
/** First byte beyond what any modelled machine addresses. */
const HIGHEST = 2 ** 48
/** Room that the model gives the kernel image, its page tables and the blob, bytes. */
const KERNEL_SIZE = 0x100_0000

/** One stretch of RAM, bytes. `assumed`: neither the user nor the tree gave its size. */
export interface RamBank {
  base: number
  size: number
  assumed: boolean
}

/**
 * RAM and what is taken of it, in bytes; banks are sorted and do not touch. `diagnostics` say what
 * had to be assumed.
 */
export interface MemoryLayout {
  banks: readonly RamBank[]
  /** Ranges that the page allocator must not hand out: reservations and the kernel image. */
  reserved: readonly { base: number; size: number }[]
  /** Where the kernel lies: at the start of RAM. */
  kernel: { base: number; size: number }
  diagnostics: Diagnostic[]
}

/** RAM of a board. `user` (bytes) wins over everything. */
export function memoryLayout(
  tree: DeviceTree,
  user: readonly { base: number; size: number }[] | null,
): MemoryLayout {
  const diagnostics: Diagnostic[] = []
  const given = wholePages(userBanks(user) ?? [], diagnostics)
  const banks = merge(given.length > 0 ? given : treeBanks(tree, diagnostics))
  const first = banks[0] as RamBank
  const kernel = { base: first.base, size: Math.min(KERNEL_SIZE, pageDown(first.size / 2)) }
  const reserved = [kernel]
  for (const range of reservedMemory(tree)) {
    if (range.base !== null && range.size > 0) reserved.push({ base: range.base, size: range.size })
  }
  return { banks, reserved, kernel, diagnostics }
}

function userBanks(user: readonly { base: number; size: number }[] | null): RamBank[] | null {
  return user === null || user.length === 0 ? null : user.map((b) => ({ ...b, assumed: false }))
}

function treeBanks(tree: DeviceTree, diagnostics: Diagnostic[]): RamBank[] {
  const ranges = memoryRanges(tree)
  const sized = ranges.filter((r) => r.size > 0).map((r) => ({ ...r, assumed: false }))
  const usable = wholePages(sized, diagnostics)
  if (usable.length > 0) return usable
  const guess = guessBase(tree, ranges)
  diagnostics.push({
    severity: 'note',
    message: `the tree gives no memory size; assuming ${prettySize(ASSUMED_SIZE)} at ${prettyHex(guess.base)} (${guess.why})`,
    remedy: 'say --memory BASE+SIZE',
  })
  return [{ base: pageUp(guess.base), size: ASSUMED_SIZE, assumed: true }]
}

/** Banks made of whole pages below the modelled limit; what is cut off is said. */
function wholePages(banks: readonly RamBank[], diagnostics: Diagnostic[]): RamBank[] {
  return banks.flatMap(({ base, size, assumed }) => {
    const first = pageUp(base)
    const end = Math.min(pageDown(base + size), HIGHEST)
    if (first !== base || end !== base + size) {
      const kept = end > first ? `${prettySize(end - first)} at ${prettyHex(first)}` : 'nothing'
      const message = `RAM of ${prettySize(size)} at ${prettyHex(base)} is not made of 4 KiB pages below 2^48: ${kept} of it is used`
      diagnostics.push({ severity: 'warning', message })
    }
    return end > first ? [{ base: first, size: end - first, assumed }] : []
  })
}

function guessBase(
  tree: DeviceTree,
  ranges: readonly { base: number }[],
): { base: number; why: string } {
  const known = dramBases(tree.compatible)
  const node = ranges[0]
  // A size-less node at 0 is often a placeholder; the SoC's own map knows better.
  if (node !== undefined && node.base < HIGHEST / 2 && (node.base !== 0 || known === null)) {
    return { base: node.base, why: 'base of the memory node' }
  }
  if (known !== null) {
    return { base: known.bases[0] as number, why: `${known.soc}: ${known.source}` }
  }
  return { base: 0x8000_0000, why: 'SoC not in the table of DRAM bases' }
}

/** Sorts banks and joins those that touch or overlap. */
function merge(banks: readonly RamBank[]): RamBank[] {
  const sorted = [...banks].sort((a, b) => a.base - b.base)
  const merged: RamBank[] = []
  for (const bank of sorted) {
    const last = merged.at(-1)
    if (last !== undefined && bank.base <= last.base + last.size) {
      last.size = Math.max(last.size, bank.base + bank.size - last.base)
      last.assumed ||= bank.assumed
    } else merged.push({ ...bank })
  }
  return merged
}

function pageUp(a: number): number {
  return Math.ceil(a / PAGE_SIZE) * PAGE_SIZE
}

function pageDown(a: number): number {
  return Math.floor(a / PAGE_SIZE) * PAGE_SIZE
}
