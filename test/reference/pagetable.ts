/**
 * Hardware walks written a second time, in bigint and straight from the architecture documents, as
 * the oracle for the engine and its walker. Nothing here uses the declared rows.
 */
import { armReferences } from './pagetable-arm.ts'
import { driverReferences } from './pagetable-drivers.ts'
import { wideReferences } from './pagetable-wide.ts'

/** What the hardware finds for one address. */
export interface Translation {
  address: bigint
  read: boolean
  write: boolean
  /** Bytes of the page that decided. */
  size: bigint
}

/** One little-endian 32-bit word of memory. */
export type ReadWord = (at: bigint) => bigint

/** A format's hardware. */
export interface ReferenceFormat {
  /** `none`: everything mapped may be read and written; `read-only`: writes can be refused; `full`: both. */
  permissions: 'none' | 'read-only' | 'full'
  /** null: the hardware reports a fault. */
  walk(read: ReadWord, root: bigint, iova: bigint): Translation | null
}

const kib = 1024n
const mib = 1024n * kib

/** Rockchip: DTE iova[31:22], PTE iova[21:12]; bit 0 valid, 1 readable, 2 writable. */
const rockchip: ReferenceFormat = {
  permissions: 'full',
  walk(read, root, iova) {
    const dte = read(root + (iova >> 22n) * 4n)
    if (dte % 2n === 0n) return null
    const pte = read((dte / 4096n) * 4096n + ((iova >> 12n) % 1024n) * 4n)
    if (pte % 2n === 0n) return null
    return {
      address: (pte / 4096n) * 4096n + (iova % 4096n),
      read: (pte & 2n) !== 0n,
      write: (pte & 4n) !== 0n,
      size: 4n * kib,
    }
  },
}

/** OMAP: L1 iova[31:20], L2 iova[19:12]; types in bits 1:0, bit 18 of a section: supersection. */
const omap: ReferenceFormat = {
  permissions: 'none',
  walk(read, root, iova) {
    const rw = { read: true, write: true }
    const l1 = read(root + (iova / mib) * 4n)
    if (l1 % 4n === 2n) {
      const size = (l1 >> 18n) % 2n === 1n ? 16n * mib : mib
      return { address: l1 - (l1 % size) + (iova % size), size, ...rw }
    }
    if (l1 % 4n !== 1n) return null
    const l2 = read(l1 - (l1 % kib) + ((iova >> 12n) % 256n) * 4n)
    if (l2 % 4n === 0n) return null
    const size = l2 % 4n === 1n ? 64n * kib : 4n * kib
    return { address: l2 - (l2 % size) + (iova % size), size, ...rw }
  },
}

/** System MMU v1 to v3; the permission check is a switch in CFG that old drivers leave off. */
function sysmmu(checked: boolean): ReferenceFormat {
  const access = (entry: bigint, on: bigint, readOnly: bigint) => {
    if (!checked) return { read: true, write: true }
    const any = (entry & on) !== 0n
    return { read: any, write: any && (entry & readOnly) === 0n }
  }
  return {
    permissions: checked ? 'read-only' : 'none',
    walk(read, root, iova) {
      const l1 = read(root + (iova / mib) * 4n)
      if (l1 % 4n === 2n) {
        const address = (l1 & 0xfff0_0000n) + (iova % mib)
        return { address, size: mib, ...access(l1, 0x400n, 0x8000n) }
      }
      if (l1 % 4n !== 1n) return null
      const l2 = read((l1 & 0xffff_fc00n) + ((iova & 0xf_f000n) >> 10n))
      if (l2 % 4n === 0n) return null
      const size = (l2 & 2n) !== 0n ? 4n * kib : 64n * kib
      return { address: l2 - (l2 % size) + (iova % size), size, ...access(l2, 0x10n, 0x200n) }
    },
  }
}

/** By format id. A format without a row here fails the conformance suite. */
export const references: Readonly<Record<string, ReferenceFormat>> = {
  'rockchip-v1': rockchip,
  omap2: omap,
  'exynos-v1': sysmmu(false),
  'exynos-v1-prot': sysmmu(true),
  ...armReferences,
  ...driverReferences,
  ...wideReferences,
}
