/**
 * arch_setup_dma_ops() and arch_teardown_dma_ops() of 32-bit ARM. arch/arm/mm/dma-mapping.c v3.19
 */
import type { Cause } from '../base/journal.ts'
import { deviceDma, setDmaOps } from '../dma/device-dma.ts'
import type { DmaMapOps } from '../dma/dma-ops.ts'
import type { Device } from '../driver-core/device.ts'
import { type ArchHook, type ArchHookPorts, type DmaSetup, coherentOnly } from './arch-hook.ts'

/** The hook, as far as this kernel's ARM code goes. */
export function armSetup(ports: ArchHookPorts): ArchHook {
  const { policy } = ports
  const why = policy.cause('dma.armSetup')
  const withIommu = policy.dma.armSetup === 'iommu-mapping'
  const hook = withIommu ? iommuMapping(ports, why) : coherentOnly(ports, why)
  if (policy.dma.coherentFlag === 'ops-table-only') return hook
  return {
    setup(device, setup) {
      deviceDma.of(device).coherent = setup.coherent
      hook.setup(device, setup)
    },
    teardown: (device) => hook.teardown(device),
  }
}

/** One mapping a device; whatever operations were there are replaced. */
function iommuMapping(ports: ArchHookPorts, why: Cause): ArchHook {
  const { journal, tables } = ports
  const teardown = armTeardown(ports)
  return {
    setup(device, setup) {
      const behindIommu = setupIommu(ports, device, setup)
      const iommu = setup.coherent ? tables.iommuCoherent : tables.iommu
      const direct = setup.coherent ? tables.coherent : tables.plain
      const ops: DmaMapOps | null = behindIommu ? iommu : direct
      setDmaOps(journal, device, ops, [...setup.causes, why])
    },
    teardown,
  }
}

/**
 * arm_setup_iommu_dma_ops(): true when the device now has a mapping of its own. Failures only warn,
 * and the device goes on with bus addresses.
 */
function setupIommu(ports: ArchHookPorts, device: Device, setup: DmaSetup): boolean {
  const { journal, mappings } = ports
  if (setup.iommu === null || mappings === null || !mappings.implicitSetup) return false
  const mapping = mappings.createMapping(device.bus, setup.base, setup.size)
  if (typeof mapping === 'number') {
    journal.log(
      'warn',
      device.name,
      `Failed to create ${setup.size}-byte IOMMU mapping for device ${device.name}`,
    )
    return false
  }
  const result = mappings.attachWithoutOps(device, mapping, setup.causes)
  if (result !== 0) {
    journal.log('warn', device.name, `Failed to attached device ${device.name} to IOMMU_mapping`)
    mappings.releaseMapping(mapping)
    return false
  }
  return true
}

function armTeardown(ports: ArchHookPorts): (device: Device) => void {
  const { mappings, policy } = ports
  const returnsEarly = policy.dma.teardownWithoutMapping === 'return-early'
  return (device) => {
    if (mappings === null) return
    const mapping = mappings.mappingOf(device)
    if (mapping === null && returnsEarly) return
    // Without a mapping this warns "Not attached", and releases nothing.
    mappings.detachWithoutOps(device)
    if (mapping !== null) mappings.releaseMapping(mapping)
  }
}
