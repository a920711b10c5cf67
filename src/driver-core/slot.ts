/** Per-device data that upper floors hang on a device without this floor knowing what it is. */
import type { Device } from './device.ts'

/**
 * A typed place on every device, made at first use. It is what `dev->archdata`, `dev->iommu_group`
 * and friends are in Linux.
 */
export class Slot<T> {
  readonly name: string
  readonly #initial: (device: Device) => T

  constructor(name: string, initial: (device: Device) => T) {
    this.name = name
    this.#initial = initial
  }

  of(device: Device): T {
    if (!device.slots.has(this)) device.slots.set(this, this.#initial(device))
    return device.slots.get(this) as T
  }

  set(device: Device, value: T): void {
    device.slots.set(this, value)
  }
}
