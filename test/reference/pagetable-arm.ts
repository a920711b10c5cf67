/**
 * Hardware walks of the Arm family and Apple's DART, in bigint, from the architecture manuals; see
 * pagetable.ts.
 */
import type { ReadWord, ReferenceFormat, Translation } from './pagetable.ts'

const read64 = (read: ReadWord, at: bigint) => read(at) + (read(at + 4n) << 32n)
const bitOf = (word: bigint, n: bigint) => (word >> n) % 2n === 1n
/** A page that holds `at`, for one address. */
const within = (at: bigint, size: bigint, iova: bigint) => at - (at % size) + (iova % size)

interface Long {
  /** log2 of the granule: 12, 14 or 16. */
  granule: bigint
  /** Level of the first lookup, and the input bits. */
  start: number
  inputBits: bigint
  kind: 'stage1' | 'stage2' | 'mali'
  /** Hardware keeps the dirty state: bit 51 (DBM) allows writes, Arm ARM D8.5. */
  hardwareDirty?: boolean
}

/** Bytes of a block by level, Arm ARM table D8-18 to D8-20; 52-bit 64 KiB has them at level 1. */
const blockLevels: Readonly<Record<string, readonly number[]>> = { 12: [1, 2], 14: [2], 16: [1, 2] }
/** Neighbours that one contiguous hint joins: at level 3, above it. Arm ARM D8.6.1. */
const joined: Readonly<Record<string, readonly [bigint, bigint]>> = {
  12: [16n, 16n],
  14: [128n, 32n],
  16: [32n, 32n],
}

/** Long descriptors: VMSAv8-64 and LPAE stages 1 and 2, and Mali Midgard. */
export function longDescriptors(shape: Long): ReferenceFormat {
  const { granule, start, inputBits, kind } = shape
  const perLevel = granule - 3n
  const entries = 1n << perLevel
  return {
    permissions: kind === 'stage1' ? 'read-only' : 'full',
    walk(read, root, iova): Translation | null {
      let table = root
      // Stage-1 links take rights away from all below: APTable, bit 62 writes. Arm ARM D8.4.
      let writes = true
      for (let level = start; level <= 3; level++) {
        const shift = granule + perLevel * BigInt(3 - level)
        const size = 1n << shift
        const inTable = level === start ? 1n << (inputBits - shift) : entries
        const word = read64(read, table + ((iova >> shift) % inTable) * 8n)
        let target = word & 0x0000_ffff_ffff_f000n
        if (granule === 16n) {
          target = (word & 0x0000_ffff_ffff_0000n) | (((word >> 12n) & 0xfn) << 48n)
        }
        const type = word % 4n
        if (type === 3n && level < 3) {
          table = target - (target % (1n << granule))
          if (kind === 'stage1' && bitOf(word, 62n)) writes = false
          continue
        }
        const page = level === 3
        const isLeaf = page
          ? type === (kind === 'mali' ? 1n : 3n)
          : type === 1n && (blockLevels[String(granule)] ?? []).includes(level)
        if (!isLeaf) return null
        const group = (joined[String(granule)] ?? [1n, 1n])[page ? 0 : 1]
        const hint = bitOf(word, 52n) && group <= inTable
        // 64 KiB blocks carry address bits 51:48 below the page, out of the way of its offset.
        const modifier = shape.hardwareDirty === true && bitOf(word, 51n)
        const rights =
          kind === 'stage1'
            ? { read: true, write: writes && (modifier || !bitOf(word, 7n)) }
            : { read: bitOf(word, 6n), write: modifier || bitOf(word, 7n) }
        return { address: within(target, size, iova), ...rights, size: hint ? size * group : size }
      }
      return null
    },
  }
}

const kib = 1024n
const mib = 1024n * kib

/** Short descriptors, simplified permission model: AP[2] refuses writes. */
const short: ReferenceFormat = {
  permissions: 'read-only',
  walk(read, root, iova) {
    const l1 = read(root + (iova / mib) * 4n)
    if (l1 % 4n === 2n) {
      const size = bitOf(l1, 18n) ? 16n * mib : mib
      return { address: within(l1, size, iova), read: true, write: !bitOf(l1, 15n), size }
    }
    if (l1 % 4n !== 1n) return null
    const l2 = read(l1 - (l1 % kib) + ((iova / (4n * kib)) % 256n) * 4n)
    if (l2 % 4n === 0n) return null
    const size = bitOf(l2, 1n) ? 4n * kib : 64n * kib
    return { address: within(l2, size, iova), read: true, write: !bitOf(l2, 9n), size }
  },
}

/** MediaTek: 16384 level-1 entries; address bits 32, 33, 34 at 9, 4, 5; no permissions. */
const mediatek: ReferenceFormat = {
  permissions: 'none',
  walk(read, root, iova) {
    const rw = { read: true, write: true }
    const high = (w: bigint) =>
      (((w >> 9n) % 2n) << 32n) + (((w >> 4n) % 2n) << 33n) + (((w >> 5n) % 2n) << 34n)
    const l1 = read(root + (iova / mib) * 4n)
    if (l1 % 4n === 2n) {
      const size = bitOf(l1, 18n) ? 16n * mib : mib
      return { address: high(l1) + within(l1, size, iova), size, ...rw }
    }
    if (l1 % 4n !== 1n) return null
    const l2 = read(high(l1) + l1 - (l1 % kib) + ((iova / (4n * kib)) % 256n) * 4n)
    if (l2 % 4n === 0n) return null
    const size = bitOf(l2, 1n) ? 4n * kib : 64n * kib
    return { address: high(l2) + within(l2, size, iova), size, ...rw }
  },
}

/** DART with 16 KiB pages: 2048 entries a table, base registers by the top bits. */
function dart(second: boolean): ReferenceFormat {
  const page = 16n * kib
  const target = (w: bigint) => (second ? ((w >> 10n) % (1n << 28n)) << 14n : w & 0xf_ffff_f000n)
  return {
    permissions: 'full',
    walk(read, root, iova) {
      const l1 = read64(read, root + (iova >> 25n) * 8n)
      if (!bitOf(l1, 0n)) return null
      const l2 = read64(read, target(l1) + ((iova >> 14n) % 2048n) * 8n)
      if (!bitOf(l2, 0n)) return null
      const [write, readBit] = second ? [2n, 3n] : [7n, 8n]
      return {
        address: within(target(l2), page, iova),
        read: !bitOf(l2, readBit),
        write: !bitOf(l2, write),
        size: page,
      }
    },
  }
}

const long = (granule: bigint, start: number, inputBits: bigint, kind: Long['kind'] = 'stage1') =>
  longDescriptors({ granule, start, inputBits, kind })

/** By format id. */
export const armReferences: Readonly<Record<string, ReferenceFormat>> = {
  'arm-lpae-s1-32': long(12n, 1, 32n),
  'arm-lpae-s1-32-ns': long(12n, 1, 32n),
  'ipmmu-vmsa': long(12n, 1, 32n),
  'arm-lpae-s1-64': long(12n, 0, 48n),
  'arm-lpae-s1-64-ttbr1': long(12n, 1, 39n),
  'arm-lpae-s1-64-16k': long(14n, 0, 48n),
  'arm-lpae-s1-64-64k': long(16n, 1, 52n),
  'arm-lpae-s1-64-hd': longDescriptors({
    granule: 12n,
    start: 0,
    inputBits: 48n,
    kind: 'stage1',
    hardwareDirty: true,
  }),
  'arm-lpae-s2-64-hd': longDescriptors({
    granule: 12n,
    start: 1,
    inputBits: 40n,
    kind: 'stage2',
    hardwareDirty: true,
  }),
  'arm-lpae-s2-64': long(12n, 1, 40n, 'stage2'),
  'arm-lpae-s2-64-64k': long(16n, 1, 48n, 'stage2'),
  'arm-lpae-s2-32': long(12n, 1, 40n, 'stage2'),
  'arm-mali-lpae': long(12n, 0, 48n, 'mali'),
  'arm-v7s': short,
  'arm-v7s-mediatek': mediatek,
  'apple-dart': dart(false),
  'apple-dart2': dart(true),
}
