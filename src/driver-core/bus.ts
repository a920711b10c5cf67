/** struct bus_type: the devices and drivers of one bus, and who wants to hear of them. */
import type { Device, Driver } from './device.ts'

/**
 * BUS_NOTIFY_ADD_DEVICE, _BIND_DRIVER (before probe), _BOUND_DRIVER (after it) and _UNBIND_DRIVER
 * (before remove). include/linux/device.h
 */
export type BusEvent = 'add-device' | 'bind-driver' | 'bound-driver' | 'unbind-driver'

/**
 * The platform or AMBA bus of one machine. Devices and drivers stay in order of registration, which
 * is the order of probing. drivers/base/bus.c
 */
export class Bus {
  readonly name: 'platform' | 'amba'
  readonly devices: Device[] = []
  readonly drivers: Driver[] = []
  readonly #notifiers: ((event: BusEvent, device: Device) => void)[] = []

  constructor(name: 'platform' | 'amba') {
    this.name = name
  }

  /** bus_register_notifier(): called in order of registration. */
  subscribe(notifier: (event: BusEvent, device: Device) => void): void {
    this.#notifiers.push(notifier)
  }

  notify(event: BusEvent, device: Device): void {
    for (const notifier of [...this.#notifiers]) notifier(event, device)
  }

  /**
   * platform_match(): a driver's compatible list first (the device's strings in order of
   * preference, drivers/of/base.c), then its name.
   */
  match(device: Device, driver: Driver): boolean {
    const strings = device.node?.compatible ?? []
    if (strings.some((s) => driver.matches.includes(s))) return true
    return driver.matchesByName === true && deviceBaseName(device) === driver.name
  }
}

/** Name without its instance number: `ipmmu-vmsa.3` is an `ipmmu-vmsa`. */
function deviceBaseName(device: Device): string {
  return device.name.replace(/\.\d+$/, '')
}
