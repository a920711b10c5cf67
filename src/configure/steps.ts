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
 * Defines both steps. Under the prevent_dma_configure proposal a driver with that flag has its
 * device left alone: nothing is set up for it, and so nothing is torn down.
 */
export function defineDmaSteps(lifecycle: Lifecycle, ports: DmaStepPorts): void {
  const { policy, journal, ofDma } = ports
  const flagCounts = policy.configure.driverFlag === 'prevent'
  const prevented = (driver: Driver | null): boolean =>
    flagCounts && driver?.preventsDmaConfigure === true
  lifecycle.define('dma-configure', (device, driver) => {
    if (prevented(driver)) skip(device, driver as Driver)
    else ofDma.configure(device)
    return 0
  })
  lifecycle.define('dma-deconfigure', (device, driver) => {
    if (!prevented(driver)) ofDma.deconfigure(device)
    return 0
  })

  function skip(device: Device, driver: Driver): void {
    journal.add(
      'dma-configure',
      device.name,
      `DMA of ${device.name} is not configured: ${driver.name} prevents it`,
      [
        { kind: 'call', driver: driver.name, function: 'prevent_dma_configure' },
        policy.cause('configure.driverFlag'),
      ],
      { configured: false },
    )
  }
}
