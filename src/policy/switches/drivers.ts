/** Switches of availability: which drivers, match entries and board data a kernel has. */
import { declareSwitch } from '../switch-row.ts'

/**
 * Rows by switch name. Only changes of kind `availability` set them; initial values are those of
 * v3.18.
 */
export const driverSwitches = {
  'drivers.rockchip-iommu': declareSwitch({
    doc: 'The driver for rockchip,iommu.',
    values: ['absent', 'present'],
    initial: 'absent',
  }),
  'drivers.rockchip-drm': declareSwitch({
    doc: 'The Rockchip display driver. arm-iommu-explicit: as first merged, with one ARM mapping for the card and every VOP, attached by hand.',
    values: ['absent', 'arm-iommu-explicit'],
    initial: 'absent',
  }),
  'drivers.omap3isp': declareSwitch({
    doc: 'How omap3isp binds: to a device that board code makes (platform-data), or also to ti,omap3-isp (device-tree).',
    values: ['platform-data', 'device-tree'],
    initial: 'platform-data',
  }),
  'drivers.ipmmu-vmsa': declareSwitch({
    doc: 'How ipmmu-vmsa binds and learns its masters: from platform data, or from renesas,ipmmu-vmsa and `iommus` (device-tree).',
    values: ['platform-data', 'device-tree'],
    initial: 'platform-data',
  }),
  'drivers.ipmmu-board-data': declareSwitch({
    doc: 'Platform data that names the masters of the IPMMUs. koelsch: for that board, with micro-TLB numbers of our choosing.',
    values: ['absent', 'koelsch'],
    initial: 'absent',
  }),
  'drivers.exynos-sysmmu-glue': declareSwitch({
    doc: 'Who tells the Exynos IOMMU driver which SysMMU serves a master. absent: nobody, and the first attach is a BUG. notifier: a bus notifier, one SysMMU a master.',
    values: ['absent', 'notifier'],
    initial: 'absent',
  }),
  'drivers.tegra-smmu': declareSwitch({
    doc: 'The Tegra SMMU driver: for a node of its own (tegra30-smmu-node), or as part of the memory controller.',
    values: ['tegra30-smmu-node', 'memory-controller'],
    initial: 'tegra30-smmu-node',
    unread: 'the Tegra SMMU is not modelled',
  }),
} as const
