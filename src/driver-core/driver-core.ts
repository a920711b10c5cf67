/**
 * drivers/base: devices and drivers meet here. Hook points only: it knows no IOMMU and no DMA.
 */
import { ENODEV, ENXIO, EPROBE_DEFER, type Errno, errnoName } from '../base/errno.ts'
import type { Journal } from '../base/journal.ts'
import { Bus } from './bus.ts'
import { type Device, type Driver, KernelBug } from './device.ts'
import type { Lifecycle } from './lifecycle.ts'

/**
 * The two buses of a machine, probing and deferred probing. What runs around a probe is defined in
 * `lifecycle` by upper floors. drivers/base/dd.c, core.c and driver.c, v3.18-v3.19
 */
export class DriverCore {
  readonly platform = new Bus('platform')
  readonly amba = new Bus('amba')
  readonly journal: Journal
  readonly lifecycle: Lifecycle
  /** Devices waiting for something, in the order in which they began to wait. */
  readonly deferred: Device[] = []
  #deferralEnabled = false
  #retrying = false
  #retryAgain = false

  constructor(journal: Journal, lifecycle: Lifecycle) {
    this.journal = journal
    this.lifecycle = lifecycle
  }

  bus(name: 'platform' | 'amba'): Bus {
    return name === 'amba' ? this.amba : this.platform
  }

  /** All devices, platform bus first, each bus in order of creation. */
  get devices(): readonly Device[] {
    return [...this.platform.devices, ...this.amba.devices]
  }

  /** device_add(): on the bus, notifiers, then a driver if one is there (drivers/base/core.c). */
  addDevice(device: Device): void {
    const bus = device.bus
    bus.devices.push(device)
    this.journal.add('device-created', device.name, `device ${device.name} on the ${bus.name} bus`)
    bus.notify('add-device', device)
    this.#probeDevice(device)
  }

  /** driver_register(): tries every device of the bus that has no driver yet. */
  registerDriver(driver: Driver): Errno {
    const bus = this.bus(driver.bus)
    bus.drivers.push(driver)
    for (const device of [...bus.devices]) {
      if (device.driver === null && bus.match(device, driver)) this.#reallyProbe(device, driver)
    }
    return 0
  }

  /**
   * deferred_probe_initcall(): from here on waiting devices are tried again, once now and after
   * every successful probe (drivers/base/dd.c).
   */
  enableDeferredProbe(): void {
    this.#deferralEnabled = true
    this.#retryDeferred()
  }

  /** device_release_driver(): remove, then the steps of `unbound`. No-op for an unbound device. */
  unbind(device: Device): void {
    const driver = device.driver
    if (driver === null) return
    device.bus.notify('unbind-driver', device)
    driver.remove?.(device)
    this.lifecycle.run('unbound', device, driver)
    device.driver = null
    device.state = 'unbound'
    this.journal.add('unbind', device.name, `${driver.name} unbound from ${device.name}`)
  }

  /** Binds a device again, as writing its name to the driver's `bind` file does. */
  bind(device: Device): void {
    if (device.driver === null) this.#probeDevice(device)
  }

  #probeDevice(device: Device): void {
    for (const driver of device.bus.drivers) {
      if (!device.bus.match(device, driver)) continue
      this.#reallyProbe(device, driver)
      // A driver that refuses lets the next one try (__device_attach); after a BUG nobody is left to.
      if (device.driver !== null || device.state === 'deferred') return
      if (device.probeResult === 0) return
    }
  }

  /** really_probe(), drivers/base/dd.c. */
  #reallyProbe(device: Device, driver: Driver): void {
    const { journal } = this
    this.#forget(device)
    device.driver = driver
    device.probeReason = ''
    device.probeResult = 0
    journal.add('probe', device.name, `${driver.name} probes ${device.name}`)
    device.bus.notify('bind-driver', device)
    let result: Errno | 'died' = this.lifecycle.run('beforeProbe', device, driver)
    if (result === 0) result = this.#callProbe(device, driver)
    if (result === 'died') {
      this.#bury(device, driver)
      return
    }
    device.probeResult = result
    if (result === 0) {
      device.state = 'bound'
      journal.add('probe-result', device.name, `${driver.name} bound to ${device.name}`)
      device.bus.notify('bound-driver', device)
      this.#retryDeferred()
      return
    }
    this.lifecycle.run('probeFailed', device, driver)
    device.driver = null
    if (result === -EPROBE_DEFER) {
      device.state = 'deferred'
      this.deferred.push(device)
      journal.log('info', device.name, `Driver ${driver.name} requests probe deferral`)
      journal.add('deferred', device.name, `${device.name} waits: ${device.probeReason}`)
      return
    }
    device.state = 'failed'
    if (result !== -ENODEV && result !== -ENXIO) {
      journal.log(
        'warn',
        device.name,
        `${driver.name}: probe of ${device.name} failed with error ${result}`,
      )
    }
    journal.add(
      'probe-result',
      device.name,
      `${driver.name} failed to probe ${device.name}: ${errnoName(result)}`,
      [],
      { result },
    )
  }

  /** The probing thread died with a BUG: nothing is undone, and no other driver is tried. */
  #bury(device: Device, driver: Driver): void {
    device.driver = null
    device.state = 'failed'
    this.journal.add(
      'probe-result',
      device.name,
      `${driver.name} died while probing ${device.name}: ${device.probeReason}`,
      [{ kind: 'call', driver: driver.name, function: 'probe' }],
      { result: null },
    )
  }

  #callProbe(device: Device, driver: Driver): Errno | 'died' {
    try {
      return driver.probe(device)
    } catch (error) {
      if (!(error instanceof KernelBug)) throw error
      this.journal.log('bug', device.name, error.message)
      device.probeReason = error.message
      return 'died'
    }
  }

  #forget(device: Device): void {
    const index = this.deferred.indexOf(device)
    if (index >= 0) this.deferred.splice(index, 1)
  }

  #retryDeferred(): void {
    if (!this.#deferralEnabled) return
    this.#retryAgain = true
    if (this.#retrying) return
    this.#retrying = true
    while (this.#retryAgain) {
      this.#retryAgain = false
      for (const device of [...this.deferred]) {
        this.#forget(device)
        device.state = 'unbound'
        this.#probeDevice(device)
      }
    }
    this.#retrying = false
  }
}
