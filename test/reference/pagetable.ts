/**
 * Hardware walks written a second time, in bigint and straight from the architecture documents, as
 * the oracle for the engine and its walker. Nothing here uses the declared rows.
 */

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
const gib = 1024n * mib

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

/** Long descriptors, stage 1, 32-bit input: four 1 GiB entries, then 512 of 2 MiB, then 512 pages. */
const lpae: ReferenceFormat = {
  permissions: 'read-only',
  walk(read, root, iova) {
    const sizes = [gib, 2n * mib, 4n * kib]
    let table = root
    for (const [level, size] of sizes.entries()) {
      const index = (iova / size) % (level === 0 ? 4n : 512n)
      const at = table + index * 8n
      const descriptor = read(at) + (read(at + 4n) << 32n)
      const type = descriptor & 3n
      const target = descriptor & 0x0000_ffff_ffff_f000n
      if (type === 3n && level < 2) {
        table = target
        continue
      }
      if (type !== (level === 2 ? 3n : 1n)) return null
      return {
        address: target - (target % size) + (iova % size),
        read: true,
        write: (descriptor >> 7n) % 2n === 0n,
        size: level === 2 && (descriptor >> 52n) % 2n === 1n ? 64n * kib : size,
      }
    }
    return null
  },
}

/** By format id. A format without a row here fails the conformance suite. */
export const references: Readonly<Record<string, ReferenceFormat>> = {
  'rockchip-v1': rockchip,
  omap2: omap,
  'exynos-v1': sysmmu(false),
  'exynos-v1-prot': sysmmu(true),
  'arm-lpae-s1-32': lpae,
  'arm-lpae-s1-32-ns': lpae,
  'ipmmu-vmsa': lpae,
}
