/**
 * Which drivers a machine runs: one instance for each driver that some node of the board needs, in
 * the order in which their initcalls run.
 */
import type { DtNode } from '../devicetree/tree.ts'
import { limitMask, bitMask, type DmaMask } from '../dma/dma-mask.ts'
import type { Device } from '../driver-core/device.ts'
import type { Initcall } from '../driver-core/initcalls.ts'
import type { CatalogueRow } from '../drivers/catalogue/row.ts'
import type { DriverContext, DriverInstance, DriverModel } from '../drivers/driver-model.ts'
import { createExynosDrm, type ExynosPart } from '../drivers/exynos-drm.ts'
import { omap3isp } from '../drivers/omap3isp.ts'
import { createOrdinary, type DriverMasks } from '../drivers/ordinary.ts'
import { rawIommuUser } from '../drivers/raw-iommu.ts'
import { rockchipDrm } from '../drivers/rockchip-drm.ts'
import { type Bound, bindingOf, hardwareRow } from './binding.ts'
import type { Kernel } from '../kernel/kernel.ts'

/** Driver models of their own, by the names of the Linux drivers that they stand for. */
const models: readonly { model: DriverModel; drivers: readonly string[] }[] = [
  { model: rockchipDrm, drivers: ['rockchip-drm', 'rockchip-vop'] },
  { model: omap3isp, drivers: ['omap3isp'] },
  { model: rawIommuUser, drivers: ['raw-iommu-user'] },
]

/** Component master of the Exynos display drivers. */
const EXYNOS_CARD = 'exynos-drm'
/** Link order of drivers that have no model of their own: after those that have. */
const ORDINARY_ORDER = 900
const EXYNOS_ORDER = 320

/** How a bound node is modelled. */
export type ModelChoice =
  | { kind: 'model'; model: DriverModel }
  | { kind: 'exynos' }
  | { kind: 'ordinary' }
  /** We lack it: why, in words. */
  | { kind: 'unmodelled'; reason: string }

/**
 * Picks the model for a binding. `translated`: an IOMMU is wired to the node, so a driver that
 * manages translation itself would do so.
 */
export function modelFor(bound: Bound, arm64: boolean, translated: boolean): ModelChoice {
  const { driver, use, match } = bound
  const own = models.find((m) => m.drivers.includes(driver))
  if (own !== undefined && !arm64 && (use !== 'own-domain' || own.model === rawIommuUser)) {
    return { kind: 'model', model: own.model }
  }
  if (use === 'arm-mapping' && !arm64 && match.row.component === EXYNOS_CARD) {
    return { kind: 'exynos' }
  }
  if (use === 'dma-api' || use === 'none') return { kind: 'ordinary' }
  if (own !== undefined) {
    return { kind: 'unmodelled', reason: `the way ${driver} does DMA here is not modelled` }
  }
  if (!translated) return { kind: 'ordinary' }
  return {
    kind: 'unmodelled',
    reason: `${driver} manages its IOMMU itself (${use}), which is not modelled for it`,
  }
}

/** The drivers of a board and who is responsible for which node. */
export class DriverSet {
  readonly #instances = new Map<string, { instance: DriverInstance; order: number; name: string }>()
  readonly #byNode = new Map<DtNode, DriverInstance>()

  /** `nodes`: everything that might get a device, in document order. */
  constructor(
    context: DriverContext,
    kernel: Kernel,
    nodes: readonly DtNode[],
    choose: (node: DtNode, bound: Bound) => ModelChoice,
  ) {
    const root = context.tree.compatible
    const groups = new Map<string, Group>()
    for (const node of nodes) {
      const binding = bindingOf(node, kernel, root)
      if (binding.kind !== 'bound' || binding.match.row.role === 'iommu') continue
      if (binding.match.row.bus === 'rpmsg') continue
      const choice = choose(node, binding)
      if (choice.kind === 'unmodelled') continue
      const key = groupKey(choice, binding, node)
      const group: Group = groups.get(key) ?? {
        choice,
        binding,
        node,
        strings: new Set(),
        nodes: [],
        parts: new Map(),
      }
      groups.set(key, group)
      group.strings.add(binding.match.compatible)
      group.nodes.push(node)
      const part = group.parts.get(binding.driver) ?? new Set<string>()
      group.parts.set(binding.driver, part.add(binding.match.compatible))
    }
    for (const [key, group] of groups) this.#build(context, key, group)
  }

  /** The instance that drives a device's node, or null. */
  of(device: Device): DriverInstance | null {
    return device.node === null ? null : (this.#byNode.get(device.node) ?? null)
  }

  /** module_init() of every driver. */
  initcalls(context: DriverContext): Initcall[] {
    return [...this.#instances.values()].map(({ instance, order, name }) => ({
      level: 'device',
      order,
      name,
      run: () => {
        instance.setUp?.()
        for (const driver of instance.drivers) context.core.registerDriver(driver)
        return 0
      },
    }))
  }

  #build(context: DriverContext, key: string, group: Group): void {
    const { instance, order, name } = create(context, group)
    this.#instances.set(key, { instance, order, name })
    for (const node of group.nodes) this.#byNode.set(node, instance)
  }
}

interface Group {
  choice: ModelChoice
  binding: Bound
  node: DtNode
  strings: Set<string>
  nodes: DtNode[]
  /** Compatible strings by driver name, for cards of several drivers. */
  parts: Map<string, Set<string>>
}

function groupKey(choice: ModelChoice, bound: Bound, node: DtNode): string {
  if (choice.kind === 'model') return `model ${choice.model.name}`
  if (choice.kind === 'exynos') return 'exynos-drm'
  const bus = node.compatible.includes('arm,primecell') ? 'amba' : 'platform'
  return `${bound.driver} ${bus} ${bound.match.row.populates}`
}

function create(
  context: DriverContext,
  group: Group,
): { instance: DriverInstance; order: number; name: string } {
  const { choice, binding, node } = group
  if (choice.kind === 'model') {
    const { model } = choice
    const instance = model.create(context, [...group.strings])
    return { instance, order: model.initcall.order, name: model.initcall.name }
  }
  if (choice.kind === 'exynos') {
    const parts: ExynosPart[] = [...group.parts].map(([name, matches]) => ({
      name,
      matches: [...matches],
    }))
    return {
      instance: createExynosDrm(context, parts),
      order: EXYNOS_ORDER,
      name: 'exynos_drm_init',
    }
  }
  const { row } = binding.match
  const instance = createOrdinary(context, {
    name: binding.driver,
    bus: node.compatible.includes('arm,primecell') ? 'amba' : 'platform',
    matches: [...group.strings],
    masks: (device) => masksOf(device.node === null ? null : hardwareRow(device.node)),
    populates: row.populates === true && populatesIn(row, binding),
  })
  return { instance, order: ORDINARY_ORDER, name: `${binding.driver.replaceAll('-', '_')}_init` }
}

/** Added drivers are descended at once by the device tree core; see `addedBuses`. */
function populatesIn(row: CatalogueRow, bound: Bound): boolean {
  return row.populatesSince === undefined && bound.assumed.length === 0
}

function masksOf(row: CatalogueRow | null): DriverMasks {
  return { mask: maskOf(row?.mask ?? null), coherentMask: maskOf(row?.coherentMask ?? null) }
}

/** A catalogue mask: a bit count up to 64, or an exact last address. */
export function maskOf(mask: number | null): DmaMask | null {
  if (mask === null) return null
  return mask <= 64 ? bitMask(mask) : limitMask(mask)
}
