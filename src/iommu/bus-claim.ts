/** How an IOMMU driver comes to own the platform bus: in its initcall, or (ported) in early init. */
import type { Errno } from '../base/errno.ts'
import type { DtNode } from '../devicetree/tree.ts'
import type { IommuOps } from './iommu-ops.ts'
import type { IommuDriverContext } from './ports.ts'

/** One driver's claim on the bus. */
export class BusClaim {
  readonly #context: IommuDriverContext
  readonly #ops: IommuOps
  #held = false

  constructor(context: IommuDriverContext, ops: IommuOps) {
    this.#context = context
    this.#ops = ops
  }

  /**
   * bus_set_iommu(): -EBUSY when another driver has the bus. 0 when early init took it already; in
   * a kernel that has the hook but never calls it, a ported driver is back to its initcall.
   */
  take(): Errno {
    if (this.#held) return 0
    const { core, iommu } = this.#context
    const result = iommu.setBusOps(core.platform, this.#ops)
    this.#held = result === 0
    return result
  }

  /**
   * An IOMMU_OF_DECLARE function, for one node: the first one takes the bus, each one registers
   * who serves it. -EBUSY as `take`.
   */
  initNode(node: DtNode): Errno {
    const result = this.take()
    if (result === 0) this.#context.of.setOps(node, this.#ops)
    return result
  }
}
