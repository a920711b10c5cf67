/**
 * Hardware walks of the 32-bit formats of single drivers, in bigint, from what the drivers and
 * manuals say of the hardware; see pagetable.ts.
 */
import type { ReferenceFormat } from './pagetable.ts'

const kib = 1024n
const mib = 1024n * kib
const rw = { read: true, write: true }

/** Version 2: bits 39:36 of an address lie in 7:4, bits 35:32 in 11:8. */
const rockchipV2: ReferenceFormat = {
  permissions: 'full',
  walk(read, root, iova) {
    const target = (entry: bigint) =>
      ((entry >> 4n) % 16n) * 2n ** 36n +
      ((entry >> 8n) % 16n) * 2n ** 32n +
      (entry / 4096n) * 4096n
    const dte = read(root + (iova >> 22n) * 4n)
    if (dte % 2n === 0n) return null
    const pte = read(target(dte) + ((iova >> 12n) % 1024n) * 4n)
    if (pte % 2n === 0n) return null
    return {
      address: target(pte) + (iova % 4096n),
      read: (pte & 2n) !== 0n,
      write: (pte & 4n) !== 0n,
      size: 4n * kib,
    }
  },
}

/** Frame numbers; bit 28 of a directory entry leads on; bits 31 and 30 are the rights. */
const tegra = (frameBits: bigint): ReferenceFormat => ({
  permissions: 'full',
  walk(read, root, iova) {
    const frame = (entry: bigint) => (entry % 2n ** frameBits) * 4096n
    const pde = read(root + (iova >> 22n) * 4n)
    if ((pde >> 28n) % 2n === 0n) return null
    const pte = read(frame(pde) + ((iova >> 12n) % 1024n) * 4n)
    if (pte === 0n) return null
    return {
      address: frame(pte) + (iova % 4096n),
      read: pte >> 31n === 1n,
      write: (pte >> 30n) % 2n === 1n,
      size: 4n * kib,
    }
  },
})

/** Bits 7:4 of a page choose a domain: 1 forbids both, 2 writes, 3 reads, as they are meant. */
const sun50i: ReferenceFormat = {
  permissions: 'full',
  walk(read, root, iova) {
    const dte = read(root + (iova >> 20n) * 4n)
    if (dte % 4n !== 1n) return null
    const pte = read((dte / 1024n) * 1024n + ((iova >> 12n) % 256n) * 4n)
    if ((pte >> 1n) % 2n === 0n) return null
    const domain = Number((pte >> 4n) % 16n)
    return {
      address: (pte / 4096n) * 4096n + (iova % 4096n),
      read: ![1, 3].includes(domain),
      write: ![1, 2].includes(domain),
      size: 4n * kib,
    }
  },
}

/** Version 5: entries are addresses shifted by four; two rights, at 5:4 or 3:2. */
const sysmmuV5: ReferenceFormat = {
  permissions: 'full',
  walk(read, root, iova) {
    const rights = (two: bigint) => ({ read: two % 2n === 1n, write: (two >> 1n) % 2n === 1n })
    const whole = (entry: bigint, size: bigint) => {
      const at = entry * 16n
      return at - (at % size)
    }
    const l1 = read(root + (iova / mib) * 4n)
    if (l1 % 4n === 2n) {
      return { address: whole(l1, mib) + (iova % mib), size: mib, ...rights(l1 >> 4n) }
    }
    if (l1 % 4n !== 1n) return null
    const l2 = read(whole(l1, kib) + ((iova >> 12n) % 256n) * 4n)
    if (l2 % 4n === 0n) return null
    const size = (l2 >> 1n) % 2n === 1n ? 4n * kib : 64n * kib
    return { address: whole(l2, size) + (iova % size), size, ...rights(l2 >> 2n) }
  },
}

/** One flat table; bit 1 is valid. */
const mediatekV1: ReferenceFormat = {
  permissions: 'none',
  walk(read, root, iova) {
    const entry = read(root + (iova >> 12n) * 4n)
    if ((entry >> 1n) % 2n === 0n) return null
    return { address: (entry / 4096n) * 4096n + (iova % 4096n), size: 4n * kib, ...rw }
  },
}

/** Short descriptors: AP[1] lets the device read, AP[0] write too unless APX forbids it. */
const msm: ReferenceFormat = {
  permissions: 'none',
  walk(read, root, iova) {
    const rights = (entry: bigint, at: bigint) => {
      const [ap0, ap1, apx] = [0n, 1n, 5n].map((n) => (entry >> (at + n)) % 2n === 1n)
      return { read: ap1 === true, write: ap1 === true && ap0 === true && apx === false }
    }
    const l1 = read(root + (iova / mib) * 4n)
    if (l1 % 4n === 2n) {
      const size = (l1 >> 18n) % 2n === 1n ? 16n * mib : mib
      return { address: l1 - (l1 % size) + (iova % size), size, ...rights(l1, 10n) }
    }
    if (l1 % 4n !== 1n) return null
    const l2 = read(l1 - (l1 % kib) + ((iova >> 12n) % 256n) * 4n)
    if (l2 % 4n === 0n) return null
    const size = l2 % 4n === 1n ? 64n * kib : 4n * kib
    return { address: l2 - (l2 % size) + (iova % size), size, ...rights(l2, 4n) }
  },
}

/** Short descriptors without supersections and permissions. */
const shmobile: ReferenceFormat = {
  permissions: 'none',
  walk(read, root, iova) {
    const l1 = read(root + (iova / mib) * 4n)
    if (l1 % 4n === 2n) return { address: l1 - (l1 % mib) + (iova % mib), size: mib, ...rw }
    if (l1 % 4n !== 1n) return null
    const l2 = read(l1 - (l1 % kib) + ((iova >> 12n) % 256n) * 4n)
    const size = l2 % 4n === 1n ? 64n * kib : l2 % 4n === 2n ? 4n * kib : null
    return size === null ? null : { address: l2 - (l2 % size) + (iova % size), size, ...rw }
  },
}

/** By format id. */
export const driverReferences: Readonly<Record<string, ReferenceFormat>> = {
  'rockchip-v2': rockchipV2,
  'tegra-smmu': tegra(20n),
  'tegra-smmu-34': tegra(22n),
  sun50i,
  'exynos-v5': sysmmuV5,
  'mediatek-v1': mediatekV1,
  msm,
  shmobile,
}
