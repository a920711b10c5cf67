/**
 * Which hook a kernel has: set_arch_dma_coherent_ops() or arch_setup_dma_ops(), by architecture.
 * arch/arm and arch/arm64, include/asm/dma-mapping.h, v3.18-v3.19
 */
import type { Cause } from '../base/journal.ts'
import { deviceDma } from '../dma/device-dma.ts'
import { type ArchHook, type ArchHookPorts, coherentOnly } from './arch-hook.ts'
import { armSetup } from './arm-setup.ts'

/** The hook of this kernel and architecture. */
export function archHook(ports: ArchHookPorts): ArchHook {
  const why = ports.policy.cause('dma.archHook')
  if (ports.policy.dma.archHook === 'set-coherent-ops') return coherentOnly(ports, why)
  return ports.tables.iommu === null ? arm64Setup(ports, why) : armSetup(ports)
}

/**
 * arm64's arch_setup_dma_ops(): as above, and the flag is kept in archdata. An IOMMU changes
 * nothing before v4.4. There is no teardown.
 */
function arm64Setup(ports: ArchHookPorts, why: Cause): ArchHook {
  const { setup, teardown } = coherentOnly(ports, why)
  return {
    setup(device, s) {
      deviceDma.of(device).coherent = s.coherent
      setup(device, s)
    },
    teardown,
  }
}
