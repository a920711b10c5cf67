/**
 * The component framework: a master whose parts bind together once all of them are there.
 * drivers/base/component.c. Parts that do no DMA and have no model here are taken as present.
 */
import { EPROBE_DEFER, type Errno } from '../base/errno.ts'
import type { Device } from './device.ts'

/** component_ops of one part. */
export interface Component {
  device: Device
  /** Runs when the master binds its parts; non-zero fails the master. */
  bind(): Errno
}

/** component_master_ops. */
export interface ComponentMaster {
  device: Device
  /** True for a device that is one of this master's parts. */
  matches(device: Device): boolean
  /** Devices that must be there first; those that never appear keep the master waiting. */
  wanted: readonly Device[]
  /** Binds the card; calls `bindAll` where Linux calls component_bind_all(). */
  bind(bindAll: () => Errno): Errno
}

/**
 * The parts and masters of one machine. A master whose bind fails is not tried again, unless it
 * answered -EPROBE_DEFER.
 */
export class Components {
  readonly #parts: Component[] = []
  readonly #masters: { master: ComponentMaster; bound: boolean; result: Errno }[] = []

  /** component_add(): then every master that waits is tried. */
  add(part: Component): Errno {
    this.#parts.push(part)
    return this.#bringUp()
  }

  /** component_master_add_with_match(): 0 when bound or waiting, else what bind returned. */
  addMaster(master: ComponentMaster): Errno {
    this.#masters.push({ master, bound: false, result: -EPROBE_DEFER })
    return this.#bringUp()
  }

  /** 0 bound, -EPROBE_DEFER still waiting, other: what its bind returned; null: no such master. */
  resultOf(device: Device): Errno | null {
    return this.#masters.find((m) => m.master.device === device)?.result ?? null
  }

  #bringUp(): Errno {
    for (const entry of this.#masters) {
      if (entry.bound || entry.result !== -EPROBE_DEFER) continue
      const { master } = entry
      const here = new Set(this.#parts.map((p) => p.device))
      if (!master.wanted.every((device) => here.has(device))) continue
      entry.result = master.bind(() => {
        for (const part of this.#parts) {
          if (!master.matches(part.device)) continue
          const result = part.bind()
          if (result !== 0) return result
        }
        return 0
      })
      entry.bound = entry.result === 0
      if (entry.result < 0) return entry.result
    }
    return 0
  }
}
