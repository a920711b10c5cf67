/**
 * What is soldered to what: the ports of each master and the IOMMU instance behind each of them,
 * read from the tree that tells the physical truth. Status properties do not matter here: hardware
 * that a tree calls disabled exists and stays at reset.
 */
import type { Diagnostic } from '../base/diagnostic.ts'
import { type DmaLevel, type DmaParent, dmaParent, dmaWindows } from '../devicetree/dma-windows.ts'
import { iommuSpecifiers } from '../devicetree/iommus.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'

/** A chain of buses longer than any tree is deep goes in a circle. */
const MOST_LEVELS = 64

/** The IOMMU instance that a port leads into. */
export interface IommuLink {
  provider: DtNode
  /** Instance within the provider node, from 0. */
  instance: number
  /** Specifier cells of the `iommus` entry: stream ID, micro-TLB, ... Empty for none. */
  ids: readonly number[]
}

/** A master interface; `iommu` is null where accesses go to the bus directly. */
export interface PortWiring {
  iommu: IommuLink | null
}

/** How one master is connected. */
export interface MasterWiring {
  node: DtNode
  /** At least one. */
  ports: readonly PortWiring[]
  /** Buses that an untranslated access crosses, nearest first. */
  buses: readonly DmaLevel[]
  /** True when its accesses snoop the CPU caches. */
  coherent: boolean
}

/** The wiring of a board; each master is worked out when first asked for. */
export class Wiring {
  readonly diagnostics: Diagnostic[] = []
  readonly #tree: DeviceTree
  readonly #instancesOf: (provider: DtNode) => number
  readonly #masters = new Map<DtNode, MasterWiring>()

  /** `instancesOf` says how many independent IOMMUs a provider node stands for (1 as a rule). */
  constructor(tree: DeviceTree, instancesOf: (provider: DtNode) => number) {
    this.#tree = tree
    this.#instancesOf = instancesOf
  }

  /** The wiring of the master at a node path; null when this board has no such node. */
  of(path: string): MasterWiring | null {
    const node = this.#tree.byPath(path)
    if (node === undefined) return null
    const known = this.#masters.get(node)
    if (known !== undefined) return known
    const parentOf = dmaParent(this.#tree)
    const master: MasterWiring = {
      node,
      ports: this.#ports(node),
      buses: dmaWindows(node, parentOf, this.diagnostics),
      coherent: isCoherent(node, parentOf),
    }
    this.#masters.set(node, master)
    return master
  }

  #ports(node: DtNode): PortWiring[] {
    const ports: PortWiring[] = []
    for (const { provider, args, index, problem } of iommuSpecifiers(this.#tree, node)) {
      if (provider === null || problem !== undefined) {
        this.diagnostics.push({
          severity: 'warning',
          message: `entry ${index} leads to no IOMMU: ${problem ?? 'the phandle is 0'}`,
          at: { path: node.path, property: 'iommus' },
          remedy: 'taken as a port without one; --wiring names a tree that has it right',
        })
        ports.push({ iommu: null })
        continue
      }
      const instances = Math.max(1, this.#instancesOf(provider))
      for (let instance = 0; instance < instances; instance++) {
        ports.push({ iommu: { provider, instance, ids: args } })
      }
    }
    return ports.length > 0 ? ports : [{ iommu: null }]
  }
}

/**
 * The nearest node upwards that says `dma-coherent` or `dma-noncoherent`; false for none.
 * of_dma_is_coherent(), drivers/of/address.c
 */
function isCoherent(master: DtNode, parentOf: DmaParent): boolean {
  let node: DtNode | null = master
  for (let level = 0; node !== null && level < MOST_LEVELS; level++) {
    if (node.has('dma-coherent')) return true
    if (node.has('dma-noncoherent')) return false
    node = parentOf(node)
  }
  return false
}
