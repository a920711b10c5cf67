/** What a kernel has built in for a board: IOMMU drivers, symbols, buses descended into at once. */
import type { DeviceTree } from '../devicetree/tree.ts'
import { availabilityOf } from '../drivers/catalogue/availability.ts'
import { catalogueMatches } from '../drivers/catalogue/match.ts'
import { iommuDriverModels } from '../iommu/driver-models.ts'
import type { IommuDriverModel } from '../iommu/family.ts'
import type { Kernel } from '../kernel/kernel.ts'

/** Is a Kconfig symbol on? Without a .config every symbol is. */
export function isConfigured(kernel: Kernel, symbol: string): boolean {
  return kernel.config === null || kernel.config.enabled(symbol) !== null
}

/**
 * IOMMU drivers of the kernel, in link order. Without a .config: those of the board's SoC, that is,
 * of any node in the tree, available or not. With one: whatever it builds. The families modelled so
 * far are drivers of 32-bit ARM in these releases.
 */
export function builtIommuDrivers(
  kernel: Kernel,
  tree: DeviceTree,
  arch: 'arm' | 'arm64',
): IommuDriverModel[] {
  if (arch === 'arm64') return []
  const here = new Set<string>()
  for (const node of tree.nodes()) for (const string of node.compatible) here.add(string)
  return iommuDriverModels.filter((model) => {
    if (!model.present(kernel)) return false
    if (kernel.config !== null) return kernel.config.enabled(model.kconfig) !== null
    return model.compatibles.some((string) => here.has(string))
  })
}

/**
 * Compatible strings of added drivers that populate a bus. The what-if is about the devices below,
 * not about the wrapper's own timing, so such a node is descended into with the tree.
 */
export function addedBuses(kernel: Kernel, tree: DeviceTree): string[] {
  const buses = new Set<string>()
  if (kernel.addedByUser.length === 0) return []
  for (const node of tree.nodes()) {
    for (const match of catalogueMatches(node.compatible)) {
      if (match.row.populates !== true) continue
      const { id } = availabilityOf(match, tree.compatible)
      if (kernel.addedByUser.includes(id)) buses.add(match.compatible)
    }
  }
  return [...buses]
}

/** IOMMUs whose driver depends on ARM_LPAE in this era (drivers/iommu/Kconfig of v3.19). */
const lpaeOnly: readonly string[] = ['renesas,ipmmu-vmsa']

/** True for a board whose IOMMU driver exists on LPAE kernels only. */
export function needsLpae(tree: DeviceTree): boolean {
  for (const node of tree.nodes()) {
    if (node.compatible.some((string) => lpaeOnly.includes(string))) return true
  }
  return false
}
