/** The lifecycle steps of this floor: what `dma-configure` and `dma-deconfigure` do. */
import type { Journal } from '../base/journal.ts'
import type { Device, Driver } from '../driver-core/device.ts'
import type { Lifecycle } from '../driver-core/lifecycle.ts'
import type { Policy } from '../policy/fold.ts'
import type { OfDma } from './of-dma.ts'

/** What the steps are built from. */
export interface DmaStepPorts {
  readonly policy: Policy
  readonly journal: Journal
  readonly ofDma: OfDma
}

/**
 * Defines both steps. Under the prevent_dma_configure proposal arch_setup_dma_ops() is skipped for a
 * driver with that flag: its device keeps NULL operations and gets no mapping, and nothing is torn
 * down. The node is still read, or an IOMMU driver with of_xlate would not know its master.
 */
export function defineDmaSteps(lifecycle: Lifecycle, ports: DmaStepPorts): void {
  const { policy, journal, ofDma } = ports
  const flagCounts = policy.configure.driverFlag === 'prevent'
  const prevented = (driver: Driver | null): boolean =>
    flagCounts && driver?.preventsDmaConfigure === true
  lifecycle.define('dma-configure', (device, driver) => {
    const skipped = prevented(driver)
    if (skipped) note(device, driver as Driver)
    ofDma.configure(device, !skipped)
    return 0
  })
  lifecycle.define('dma-deconfigure', (device, driver) => {
    if (!prevented(driver)) ofDma.deconfigure(device)
    return 0
  })

  function note(device: Device, driver: Driver): void {
    journal.add(
      'dma-configure',
      device.name,
      `${driver.name} prevents the set-up of DMA operations for ${device.name}`,
      [
        { kind: 'call', driver: driver.name, function: 'prevent_dma_configure' },
        policy.cause('configure.driverFlag'),
      ],
      { configured: false },
    )
  }
}
