/**
 * of_platform_populate(): devices from the tree, in Linux's order. drivers/of/platform.c
 */
import type { Journal } from '../base/journal.ts'
import { isAvailable } from '../devicetree/availability.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { deviceName } from './device-name.ts'
import { Device } from './device.ts'
import type { DriverCore } from './driver-core.ts'

/** Why a node has no device. */
export type NotPopulated =
  /** The node or an ancestor is not `okay`. */
  | { reason: 'disabled'; node: DtNode }
  /** Nothing descends into this ancestor. */
  | { reason: 'bus'; node: DtNode }
  | { reason: 'no-compatible' }

/**
 * Makes the devices of one machine and remembers which node has which. A node gets one device at
 * most, and only while `compatible` and `status` allow it.
 */
export class Populator {
  readonly #core: DriverCore
  readonly #journal: Journal
  /** Compatible strings whose nodes are descended into at once. */
  readonly #buses: ReadonlySet<string>
  /** Compatible strings that never become devices. */
  readonly #skipped: ReadonlySet<string>
  readonly #devices = new Map<DtNode, Device>()
  /** OF_POPULATED_BUS */
  readonly #descended = new Set<DtNode>()

  constructor(
    core: DriverCore,
    journal: Journal,
    rules: { buses: Iterable<string>; skipped: Iterable<string> },
  ) {
    this.#core = core
    this.#journal = journal
    this.#buses = new Set(rules.buses)
    this.#skipped = new Set(rules.skipped)
  }

  /** of_find_device_by_node() */
  deviceFor(node: DtNode): Device | null {
    return this.#devices.get(node) ?? null
  }

  /** Creates devices for the children of `bus`, depth first, in document order. */
  populate(bus: DtNode, parent: Device | null): void {
    this.#descended.add(bus)
    for (const child of bus.children) this.#create(child, parent)
  }

  /** Why a node got no device; null when it has one or nothing forbids it. */
  whyNot(node: DtNode): NotPopulated | null {
    if (this.#devices.has(node)) return null
    const ancestry: DtNode[] = []
    for (let at: DtNode | null = node; at !== null; at = at.parent) ancestry.unshift(at)
    for (const at of ancestry.slice(1)) {
      if (!isAvailable(at)) return { reason: 'disabled', node: at }
    }
    for (const at of ancestry.slice(0, -1)) {
      if (!this.#descended.has(at)) return { reason: 'bus', node: at }
    }
    return node.compatible.length === 0 ? { reason: 'no-compatible' } : null
  }

  /** of_platform_bus_create(), strict: a node without `compatible` is passed over. */
  #create(node: DtNode, parent: Device | null): void {
    const strings = node.compatible
    if (strings.length === 0 || this.#devices.has(node)) return
    if (strings.some((s) => this.#skipped.has(s))) return
    if (!isAvailable(node)) {
      this.#journal.add('not-populated', node.path, `${node.path} is disabled`, [
        {
          kind: 'tree',
          node: node.path,
          property: 'status',
          text: `status = "${node.string('status') ?? ''}"`,
        },
      ])
      return
    }
    // An AMBA device is never descended into.
    const amba = strings.includes('arm,primecell')
    const device = new Device({
      name: deviceName(node),
      node,
      bus: amba ? this.#core.amba : this.#core.platform,
      parent,
    })
    this.#devices.set(node, device)
    this.#core.lifecycle.run('created', device, null)
    this.#core.addDevice(device)
    if (!amba && strings.some((s) => this.#buses.has(s))) this.populate(node, device)
  }
}
