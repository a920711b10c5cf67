/**
 * Hardware walks of the 64-bit formats outside the ARM family, in bigint, from the architecture
 * manuals; see pagetable.ts.
 */
import type { ReadWord, ReferenceFormat, Translation } from './pagetable.ts'

const frames = (word: bigint) => ((word >> 12n) % 2n ** 40n) * 4096n
const read64 = (read: ReadWord, at: bigint) => read(at) + (read(at + 4n) << 32n)
const bitOf = (word: bigint, n: bigint) => (word >> n) % 2n === 1n
/** A page at `at`, cut to its size, for one address. */
const within = (at: bigint, size: bigint, iova: bigint) => at - (at % size) + (iova % size)

/** AMD: next-level field, the page size in the address for 7, rights joined over the levels. */
function amd(levels: number): ReferenceFormat {
  return {
    permissions: 'full',
    walk(read, root, iova): Translation | null {
      let table = root
      const rights = { read: true, write: true }
      for (let level = levels; level >= 1; level--) {
        const shift = 3n + 9n * BigInt(level)
        const entry = read64(read, table + ((iova >> shift) % 512n) * 8n)
        if (!bitOf(entry, 0n)) return null
        rights.read &&= bitOf(entry, 61n)
        rights.write &&= bitOf(entry, 62n)
        const next = Number((entry >> 9n) % 8n)
        if (next === 0) {
          const size = 1n << shift
          // Beyond 2^51 nothing is left of the address.
          if (shift > 51n) return null
          return { address: within(frames(entry), size, iova), size, ...rights }
        }
        if (next === 7) {
          let lg2 = 13n
          while (bitOf(entry, lg2 - 1n) && lg2 < 60n) lg2++
          if (lg2 <= shift || lg2 >= shift + 9n || lg2 > 51n) return null
          return { address: within(frames(entry), 1n << lg2, iova), size: 1n << lg2, ...rights }
        }
        // A link may lead past levels: what they would be indexed with must be 0. 48882, 2.2.3.
        if (next >= level) return null
        if ((iova >> (12n + 9n * BigInt(next))) % (1n << (9n * BigInt(level - 1 - next))) !== 0n) {
          return null
        }
        table = frames(entry)
        level = next + 1
      }
      return null
    },
  }
}

/**
 * x86-64 and VT-d: bit 7 makes a page of the upper entries, `used` the bits that make an entry. Below
 * the address of a large page the first-stage formats have PAT (bit 12) and zeroes, the others zeroes.
 */
function intel(levels: number, used: bigint): ReferenceFormat {
  return {
    permissions: 'read-only',
    walk(read, root, iova): Translation | null {
      let table = root
      const rights = { read: true, write: true }
      for (let level = levels; level >= 1; level--) {
        const shift = 3n + 9n * BigInt(level)
        const entry = read64(read, table + ((iova >> shift) % 512n) * 8n)
        if ((entry & used) === 0n) return null
        rights.read &&= bitOf(entry, 0n)
        rights.write &&= bitOf(entry, 1n)
        if (level > 1 && !bitOf(entry, 7n)) {
          table = frames(entry)
          continue
        }
        if (level > 3) return null
        const size = 1n << shift
        const lowest = used === 1n ? 0x2000n : 0x1000n
        if (level > 1 && ((entry % size) / lowest) * lowest !== 0n) return null
        return { address: within(frames(entry), size, iova), size, ...rights }
      }
      return null
    },
  }
}

/** RISC-V: privileged architecture, "Virtual Address Translation Process", with Svnapot 64 KiB. */
function riscv(levels: number, secondStage: boolean): ReferenceFormat {
  return {
    permissions: 'read-only',
    walk(read, root, iova): Translation | null {
      let table = root
      for (let i = levels - 1; i >= 0; i--) {
        const shift = 12n + 9n * BigInt(i)
        const entries = i === levels - 1 && secondStage ? 2048n : 512n
        const pte = read64(read, table + ((iova >> shift) % entries) * 8n)
        const [v, r, w, x, u, , a, d] = [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n].map((n) => bitOf(pte, n))
        if (!v || (w && !r) || (pte >> 54n) % 128n !== 0n) return null
        const ppn = (pte >> 10n) % 2n ** 44n
        if (!r && !x) {
          if (u || a || d || pte >> 61n !== 0n || i === 0) return null
          table = ppn * 4096n
          continue
        }
        if ((pte >> 61n) % 4n === 3n || (secondStage && !u)) return null
        const rights = { read: r === true, write: w === true }
        if (bitOf(pte, 63n)) {
          if (i !== 0 || ppn % 16n !== 8n) return null
          return { address: within((ppn - 8n) * 4096n, 65536n, iova), size: 65536n, ...rights }
        }
        const size = 1n << shift
        if ((ppn * 4096n) % size !== 0n) return null
        return { address: ppn * 4096n + (iova % size), size, ...rights }
      }
      return null
    },
  }
}

/** By format id. */
export const wideReferences: Readonly<Record<string, ReferenceFormat>> = {
  'amd-v1-3': amd(3),
  'amd-v1-4': amd(4),
  'amd-v1-5': amd(5),
  'amd-v1-6': amd(6),
  'intel-vtd-sl': intel(4, 3n),
  'intel-vtd-sl-3': intel(3, 3n),
  'intel-vtd-sl-5': intel(5, 3n),
  'intel-vtd-fl': intel(4, 1n),
  'x86-64-4': intel(4, 1n),
  'x86-64-5': intel(5, 1n),
  'riscv-sv39': riscv(3, false),
  'riscv-sv48': riscv(4, false),
  'riscv-sv57': riscv(5, false),
  'riscv-sv39x4': riscv(3, true),
  'riscv-sv48x4': riscv(4, true),
  'riscv-sv57x4': riscv(5, true),
}
