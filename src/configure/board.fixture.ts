/** For tests of this floor: the rig of the DMA floor with a tree, a registry and configuration. */
import { parseDts } from '../devicetree/dts.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import { type Rig, rig } from '../dma/rig.fixture.ts'
import { Device } from '../driver-core/device.ts'
import { OfIommuRegistry } from '../iommu/of-registry.ts'
import type { Settings } from '../policy/switches.ts'
import type { ArchHook } from './arch-hook.ts'
import { archHook } from './arch-setup.ts'
import { OfDma } from './of-dma.ts'
import { type DeclaredIommu, OfIommu } from './of-iommu.ts'

export interface TestBoard extends Rig {
  tree: DeviceTree
  registry: OfIommuRegistry
  ofIommu: OfIommu
  hook: ArchHook
  ofDma: OfDma
  node(name: string): DtNode
  /** A device for the node of that name, as kzalloc() leaves it. */
  bare(name: string): Device
}

/** `body` goes into the root, which has one address and one size cell. */
export function board(
  sets: Settings,
  body: string,
  options: {
    arch?: 'arm' | 'arm64'
    declared?: DeclaredIommu[]
    busOps?: boolean
    /** False: a kernel without CONFIG_ARM_DMA_USE_IOMMU. */
    armMappings?: boolean
  } = {},
): TestBoard {
  const source = `/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; ${body} };`
  const { tree, diagnostics } = parseDts(source)
  if (tree === null || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics))
  const r = rig({ sets, ...options })
  const { policy, journal, tables, bus } = r
  const registry = new OfIommuRegistry(policy, journal)
  const declared = options.declared ?? []
  const ofIommu = new OfIommu({ policy, journal, tree, registry, declared })
  const has = options.arch !== 'arm64' && options.armMappings !== false
  const mappings = has ? r.mappings : null
  const hook = archHook({ policy, journal, tables, mappings })
  const node = (name: string): DtNode => tree.nodes().find((n) => n.name === name) as DtNode
  return {
    ...r,
    tree,
    registry,
    ofIommu,
    hook,
    ofDma: new OfDma({ policy, journal, tree, iommu: ofIommu, hook }),
    node,
    bare: (name) => new Device({ name, node: node(name), bus }),
  }
}

/** One device behind one IOMMU. */
export const BEHIND_IOMMU = `
  mmu: mmu { compatible = "test,mmu"; #iommu-cells = <1>; };
  dev { iommus = <&mmu 3>; };
  plain { };
  snooping { dma-coherent; };`
