/**
 * The glue that never was merged: "iommu/exynos: add bus notifier for registering System MMU", Cho
 * KyongHo, v9 12/16, 2013. It fills archdata.iommu of a master before its driver probes.
 *
 * struct exynos_iommu_owner has room for ONE System MMU, so a master with several (FIMD and G2D of
 * Exynos5420 and later, for instance) gets its first; the others stay in bypass. That the event is
 * the binding of a driver, and how the first one is named, are (unconfirmed).
 */
import { phandleArgs } from '../../devicetree/phandles.ts'
import type { DeviceTree, DtNode } from '../../devicetree/tree.ts'
import type { BusEvent } from '../../driver-core/bus.ts'
import type { Device } from '../../driver-core/device.ts'
import { archdataIommu } from '../archdata.ts'
import type { ExynosOwner } from './driver-domain.ts'

/** The notifier; subscribe it to the platform bus. */
export function ownerNotifier(
  tree: DeviceTree,
  compatibles: readonly string[],
): (event: BusEvent, device: Device) => void {
  return (event, device) => {
    const { node } = device
    if (event !== 'bind-driver' || node === null || archdataIommu.of(device) !== null) return
    const sysmmu = firstSysmmu(tree, node, compatibles)
    if (sysmmu === null) return
    const owner: ExynosOwner = { device, sysmmus: [sysmmu], domain: null }
    archdataIommu.set(device, owner)
  }
}

/**
 * The System MMU that the glue knows for a master: the first entry of its `iommus`, or else the
 * first SysMMU in the tree whose older `mmu-masters` names it.
 */
function firstSysmmu(
  tree: DeviceTree,
  master: DtNode,
  compatibles: readonly string[],
): DtNode | null {
  const isSysmmu = (node: DtNode): boolean => node.compatible.some((s) => compatibles.includes(s))
  const named = phandleArgs(tree, master, 'iommus', '#iommu-cells')[0]?.provider ?? null
  if (named !== null) return isSysmmu(named) ? named : null
  for (const node of tree.nodes()) {
    const phandle = node.u32('mmu-masters')
    if (phandle !== undefined && isSysmmu(node) && tree.byPhandle(phandle) === master) return node
  }
  return null
}
