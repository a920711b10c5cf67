/**
 * The IOMMU core of v3.18-v3.19: one set of operations a bus, domains without types, attach that
 * goes straight to the driver. drivers/iommu/iommu.c
 */
import { EBUSY, EINVAL, ENODEV, type Errno, errnoName } from '../base/errno.ts'
import { type Iova, type Phys, hex, prettyHex, prettySize, trailingZeros } from '../base/addr.ts'
import type { Cause, Journal } from '../base/journal.ts'
import type { Bus } from '../driver-core/bus.ts'
import { type Device, KernelBug } from '../driver-core/device.ts'
import type { Protection } from '../pagetable/contract.ts'
import type { Policy } from '../policy/fold.ts'
import { IommuDomain } from './domain.ts'
import { IommuGroups } from './groups.ts'
import type { IommuOps } from './iommu-ops.ts'

/**
 * The IOMMU API of one machine: groups, domains, attach, map. Errors of IOMMU drivers are handed
 * on; a bus without operations has no domains.
 */
export class IommuCore {
  readonly groups: IommuGroups
  readonly #policy: Policy
  readonly #journal: Journal
  readonly #ops = new Map<Bus, IommuOps>()
  /** Domains alive now. */
  readonly domains = new Set<IommuDomain>()
  /** What each device was attached to last, as far as the core was told. */
  readonly #attached = new Map<Device, IommuDomain>()
  #nextDomain = 1

  constructor(policy: Policy, journal: Journal) {
    this.#policy = policy
    this.#journal = journal
    this.groups = new IommuGroups(journal)
  }

  /** iommu_present() */
  present(bus: Bus): boolean {
    return this.#ops.has(bus)
  }

  /** The operations that own a bus, or null. */
  opsOf(bus: Bus): IommuOps | null {
    return this.#ops.get(bus) ?? null
  }

  /**
   * bus_set_iommu(): first come, first served; the second driver on a bus gets -EBUSY. Then every
   * device that is already there is offered to the driver, results ignored.
   */
  setBusOps(bus: Bus, ops: IommuOps): Errno {
    const owner = this.#ops.get(bus)
    if (owner !== undefined) {
      this.#journal.add(
        'bus-ops',
        '',
        `bus_set_iommu(${bus.name}) by ${ops.name}: -EBUSY, ${owner.name} has the bus`,
        [],
        { bus: bus.name, driver: ops.name, owner: owner.name },
      )
      return -EBUSY
    }
    this.#ops.set(bus, ops)
    this.#journal.add('bus-ops', '', `${ops.name} has the ${bus.name} bus`, [], {
      bus: bus.name,
      driver: ops.name,
    })
    bus.subscribe((event, device) => {
      if (event === 'add-device') this.#addDevice(ops, device)
    })
    for (const device of [...bus.devices]) this.#addDevice(ops, device)
    return 0
  }

  #addDevice(ops: IommuOps, device: Device): void {
    if (ops.addDevice === undefined) {
      // Before v3.19 the core called through the NULL pointer.
      if (this.#policy.iommu.addDeviceRequired)
        throw new KernelBug('iommu_bus_init: NULL add_device')
      return
    }
    ops.addDevice(device)
  }

  /** iommu_domain_alloc(): null when nobody has the bus or the driver refuses. */
  allocateDomain(bus: Bus): IommuDomain | null {
    const ops = this.#ops.get(bus)
    if (ops === undefined) return null
    const domain = new IommuDomain(this.#nextDomain, ops)
    if (ops.domainInit(domain) !== 0) return null
    this.#nextDomain++
    this.domains.add(domain)
    this.#journal.add('domain', '', `${ops.name} made domain ${domain.id}`, [], {
      domain: domain.id,
    })
    return domain
  }

  /** iommu_domain_free() */
  freeDomain(domain: IommuDomain): void {
    domain.ops.domainDestroy(domain)
    this.domains.delete(domain)
    this.#journal.add('domain', '', `domain ${domain.id} freed`, [], { domain: domain.id })
  }

  /** iommu_attach_device(): no state of its own, straight to the driver. */
  attach(domain: IommuDomain, device: Device, causes: readonly Cause[] = []): Errno {
    const result = domain.ops.attachDevice(domain, device)
    if (result >= 0) this.#attached.set(device, domain)
    this.#journal.add(
      'attach',
      device.name,
      `iommu_attach_device(domain ${domain.id}, ${device.name}): ${result === 0 ? 'ok' : errnoName(result)}`,
      causes,
      { domain: domain.id, result, driver: domain.ops.name },
    )
    return result
  }

  /** The domain of the last attach that no detach has undone; null for none. */
  domainOf(device: Device): IommuDomain | null {
    return this.#attached.get(device) ?? null
  }

  /** iommu_detach_device() */
  detach(domain: IommuDomain, device: Device): void {
    domain.ops.detachDevice(domain, device)
    if (this.#attached.get(device) === domain) this.#attached.delete(device)
    this.#journal.add(
      'detach',
      device.name,
      `iommu_detach_device(domain ${domain.id}, ${device.name})`,
      [],
      {
        domain: domain.id,
      },
    )
  }

  /**
   * iommu_map(): splits into pages, each the largest that size and alignment allow; undoes its own
   * part when a page fails. All numbers in bytes.
   */
  map(domain: IommuDomain, iova: Iova, phys: Phys, size: number, prot: Protection): Errno {
    const sizes = domain.ops.pageSizes
    const smallest = sizes[0]
    if (smallest === undefined) return -ENODEV
    if (iova % smallest !== 0 || phys % smallest !== 0 || size % smallest !== 0) {
      this.#journal.log(
        'err',
        '',
        `unaligned: iova ${hex(iova)} pa ${hex(phys)} size ${hex(size)} min_pagesz ${hex(smallest)}`,
      )
      return -EINVAL
    }
    let done = 0
    while (done < size) {
      const page = pageFor(sizes, iova + done, phys + done, size - done)
      const result = domain.ops.map(domain, iova + done, phys + done, page, prot)
      if (result !== 0) {
        if (done > 0) this.unmap(domain, iova, done)
        return result
      }
      done += page
    }
    this.#journal.add(
      'dma-map',
      '',
      `iommu_map: domain ${domain.id} ${prettyHex(iova)} -> ${prettyHex(phys)} ${prettySize(size)}`,
      [],
      { domain: domain.id, iova, phys, size, read: prot.read, write: prot.write },
    )
    return 0
  }

  /** iommu_unmap(): returns the bytes unmapped; a driver's 0 ends the loop. */
  unmap(domain: IommuDomain, iova: Iova, size: number): number {
    const sizes = domain.ops.pageSizes
    const smallest = sizes[0]
    if (smallest === undefined || iova % smallest !== 0 || size % smallest !== 0) return 0
    let done = 0
    while (done < size) {
      const page = pageFor(sizes, iova + done, 0, size - done)
      const unmapped = domain.ops.unmap(domain, iova + done, page)
      if (unmapped === 0) break
      done += unmapped
    }
    this.#journal.add(
      'dma-unmap',
      '',
      `iommu_unmap: domain ${domain.id} ${prettyHex(iova)} ${prettySize(done)}`,
      [],
      { domain: domain.id, iova, size: done },
    )
    return done
  }

  /** iommu_iova_to_phys(): null where nothing is mapped (Linux returns 0). */
  iovaToPhys(domain: IommuDomain, iova: Iova): Phys | null {
    return domain.ops.iovaToPhys(domain, iova)
  }
}

/** iommu_pgsize(): the largest supported page that fits length and alignment. */
function pageFor(sizes: readonly number[], iova: Iova, phys: Phys, length: number): number {
  const alignment = 2 ** Math.min(trailingZeros(iova), trailingZeros(phys))
  let best = sizes[0] as number
  for (const size of sizes) if (size <= length && size <= alignment) best = size
  return best
}
