/** of_iommu_init() and of_iommu_configure() of v3.19. drivers/iommu/of_iommu.c */
import { errnoName } from '../base/errno.ts'
import type { Cause, Journal } from '../base/journal.ts'
import { iommuSpecifiers } from '../devicetree/iommus.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import type { Device } from '../driver-core/device.ts'
import type { IommuDriverModel } from '../iommu/family.ts'
import type { IommuOps } from '../iommu/iommu-ops.ts'
import type { OfIommuRegistry } from '../iommu/of-registry.ts'
import type { IommuDriverContext } from '../iommu/ports.ts'
import type { Policy } from '../policy/fold.ts'
import { iommusCause } from './tree-cause.ts'

/** One entry of the link-time table that IOMMU_OF_DECLARE fills. */
export interface DeclaredIommu {
  readonly compatibles: readonly string[]
  /** Early-init function: 0, or anything else for failure. */
  readonly init: (node: DtNode) => number
}

/** The table of a kernel: the models that have an early-init function under its policy. */
export function declaredIommus(
  models: readonly IommuDriverModel[],
  context: IommuDriverContext,
): DeclaredIommu[] {
  const table: DeclaredIommu[] = []
  for (const model of models) {
    const init = model.earlyInit(context)
    if (init !== null) table.push({ compatibles: model.compatibles, init })
  }
  return table
}

/** What `OfIommu` is built from. */
export interface OfIommuPorts {
  readonly policy: Policy
  readonly journal: Journal
  readonly tree: DeviceTree
  readonly registry: OfIommuRegistry
  /** In link order. */
  readonly declared: readonly DeclaredIommu[]
}

/** Why of_iommu_configure() answers as it does. */
type Outcome = 'found' | 'no-iommus' | 'unknown-provider' | 'no-xlate' | 'xlate-failed'

/**
 * Which IOMMU driver serves a device, from `iommus` and what has registered by then. Early init and
 * look-up each do nothing in a kernel that lacks them.
 */
export class OfIommu {
  readonly #ports: OfIommuPorts
  /** Whether this kernel has the early-init table, and the look-up. */
  readonly #early: boolean
  readonly #looksUp: boolean

  constructor(ports: OfIommuPorts) {
    this.#ports = ports
    this.#early = ports.policy.iommu.ofEarlyInit === 'declared-table'
    this.#looksUp = ports.policy.iommu.ofConfigure === 'silent-null'
  }

  /**
   * of_iommu_init(): the early-init function of every node that the table knows, disabled ones
   * included, in document order. A failure is logged and the next node follows.
   */
  init(): void {
    if (!this.#early) return
    for (const node of this.#ports.tree.nodes()) {
      const declared = this.#declaredFor(node)
      if (declared === undefined) continue
      const result = declared.init(node)
      const { journal } = this.#ports
      journal.add(
        'iommu-configure',
        node.path,
        `early init of ${node.path}: ${result}`,
        [this.#ports.policy.cause('iommu.ofEarlyInit')],
        { result },
      )
      if (result !== 0) journal.log('err', node.path, `Failed to initialise IOMMU ${node.path}`)
    }
  }

  /**
   * of_iommu_configure(): the operations of the driver behind `iommus`, or null. All or nothing,
   * and an IOMMU that is late, unknown, unwilling or absent all look the same to the caller. With
   * several entries those of the last one count. An entry that cannot be parsed ends the list.
   */
  configure(device: Device): IommuOps | null {
    const { node } = device
    if (node === null || !this.#looksUp) return null
    let ops: IommuOps | null = null
    for (const { provider, args, problem } of iommuSpecifiers(this.#ports.tree, node)) {
      if (problem !== undefined || provider === null) break
      ops = this.#ports.registry.opsFor(provider)
      if (ops === null) return this.#answer(device, null, 'unknown-provider', provider)
      const xlate = this.#xlateOf(ops)
      if (xlate === undefined) return this.#answer(device, null, 'no-xlate', provider)
      const result = xlate(device, { provider, args })
      if (result !== 0) return this.#answer(device, null, 'xlate-failed', provider, result)
    }
    return this.#answer(device, ops, ops === null ? 'no-iommus' : 'found', null)
  }

  /** of_xlate of a driver, in a kernel that has the callback. */
  #xlateOf(ops: IommuOps): IommuOps['ofXlate'] {
    const { policy } = this.#ports
    return policy.iommu.xlateCallback === 'of_xlate' ? ops.ofXlate?.bind(ops) : undefined
  }

  /** of_match_node(): the entry that matches the node's most specific string. */
  #declaredFor(node: DtNode): DeclaredIommu | undefined {
    for (const compatible of node.compatible) {
      const found = this.#ports.declared.find((d) => d.compatibles.includes(compatible))
      if (found !== undefined) return found
    }
    return undefined
  }

  #answer(
    device: Device,
    ops: IommuOps | null,
    outcome: Outcome,
    provider: DtNode | null,
    result = 0,
  ): IommuOps | null {
    const { journal, policy, tree } = this.#ports
    const node = device.node as DtNode
    const at = provider?.path ?? ''
    const why: Record<Outcome, string> = {
      found: `${ops?.name} serves it`,
      'no-iommus': node.has('iommus') ? 'no entry of iommus can be used' : 'no iommus property',
      'unknown-provider': `no driver has registered operations for ${at} by then`,
      'no-xlate': `the driver of ${at} has no of_xlate`,
      'xlate-failed': `of_xlate of ${at} refused: ${errnoName(result)}`,
    }
    const causes: Cause[] = node.has('iommus') ? [iommusCause(tree, node)] : []
    causes.push(policy.cause('iommu.ofConfigure'))
    journal.add(
      'iommu-configure',
      device.name,
      `of_iommu_configure(${device.name}): ${ops === null ? 'NULL' : ops.name}, ${why[outcome]}`,
      causes,
      { outcome, provider: provider?.path ?? null, ops: ops?.name ?? null, result },
    )
    return ops
  }
}
