/** of_iommu.c: which operations serve which IOMMU node, and the early-init table. */
import type { Journal } from '../base/journal.ts'
import type { DtNode } from '../devicetree/tree.ts'
import type { Policy } from '../policy/fold.ts'
import type { IommuOps } from './iommu-ops.ts'

/**
 * The operations by provider node, for one machine. A second `setOps` for a node replaces the
 * first.
 */
export class OfIommuRegistry {
  readonly #policy: Policy
  readonly #journal: Journal
  readonly #ops = new Map<DtNode, IommuOps>()

  constructor(policy: Policy, journal: Journal) {
    this.#policy = policy
    this.#journal = journal
  }

  /** of_iommu_set_ops() */
  setOps(node: DtNode, ops: IommuOps): void {
    this.#ops.set(node, ops)
    // Where the pair is kept changed within v3.19; what a look-up answers did not.
    const where = this.#policy.iommu.ofRegistry
    this.#journal.add('bus-ops', node.path, `of_iommu_set_ops: ${ops.name} (${where})`)
  }

  /** of_iommu_get_ops(): null before registration. */
  opsFor(node: DtNode): IommuOps | null {
    return this.#ops.get(node) ?? null
  }
}
