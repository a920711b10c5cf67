/** struct device, as far as binding drivers is concerned. include/linux/device.h */
import type { DtNode } from '../devicetree/tree.ts'
import type { Errno } from '../base/errno.ts'
import type { Bus } from './bus.ts'

/** `unbound` until a driver's probe succeeds (`bound`), asks to wait (`deferred`) or fails. */
export type DeviceState = 'unbound' | 'bound' | 'deferred' | 'failed'

/**
 * A device on a bus, with the driver that has it. What other floors know about it (DMA, IOMMU
 * group) hangs in `slots`, so that this floor need not know them.
 */
export class Device {
  /** Linux's device name, e.g. `ff930000.vop`. */
  readonly name: string
  /** Null for devices that code creates, such as a DRM card's virtual device. */
  readonly node: DtNode | null
  readonly parent: Device | null
  readonly bus: Bus
  /** Board data handed over by code (struct platform_data), if any. */
  readonly platformData: unknown
  driver: Driver | null = null
  state: DeviceState = 'unbound'
  /** What the last probe returned; 0 when none ran or it succeeded. */
  probeResult: Errno = 0
  /** Why the probe failed or waits, in plain words; '' when it did not. */
  probeReason = ''
  readonly slots = new Map<object, unknown>()

  constructor(init: {
    name: string
    node: DtNode | null
    bus: Bus
    parent?: Device | null
    platformData?: unknown
  }) {
    this.name = init.name
    this.node = init.node
    this.bus = init.bus
    this.parent = init.parent ?? null
    this.platformData = init.platformData
  }
}

/** struct device_driver, for the platform and AMBA buses. */
export interface Driver {
  readonly name: string
  readonly bus: 'platform' | 'amba'
  /** of_match_table: compatible strings. */
  readonly matches: readonly string[]
  /** True when the driver also binds a device of its own name that code created. */
  readonly matchesByName?: boolean
  /** The prevent_dma_configure proposal: true asks the core to leave DMA alone. */
  readonly preventsDmaConfigure?: boolean
  /** 0 when bound, a negative error otherwise. May throw KernelBug. */
  probe(device: Device): Errno
  remove?(device: Device): void
}

/**
 * BUG() or BUG_ON() in modelled code: the thread dies where it stands. The only modelled failure
 * that is thrown, because nothing between it and the driver core may run; `reallyProbe` catches it.
 */
export class KernelBug extends Error {
  constructor(where: string) {
    super(`kernel BUG at ${where}`)
    this.name = 'KernelBug'
  }
}
