/** v3.19: IOMMU and display drivers that changed or arrived beside the founding series. */
import type { ChangeRow } from '../change.ts'

/**
 * All are in v3.19-rc1: OMAP loses its attach count, Rockchip gains an IOMMU driver and a display
 * driver.
 */
export const driverChanges319: readonly ChangeRow[] = [
  {
    id: 'omap-iommu-no-refcount',
    commit: null,
    title: 'iommu/omap: Remove refcount field from omap_iommu object',
    titleConfirmed: false,
    author: 'Suman Anna',
    date: '2014-10-22',
    release: 'v3.19',
    candidate: 'v3.19-rc1',
    kind: 'driver',
    arch: 'arm',
    subsystem: 'iommu/omap',
    requires: [],
    conflicts: [],
    sets: { 'iommu.omap.secondDomain': 'overwrite' },
    effect: {
      before: 'Attaching a second domain to a busy instance returns -EBUSY.',
      after:
        'Only the domain keeps state: a fresh domain silently replaces the first in the table register. A second device in one domain is still refused.',
    },
    source: 'v3.18-based and v3.19.8 trees, drivers/iommu/omap-iommu.c; title from memory',
    confidence: 'source',
  },
  {
    id: 'rockchip-iommu',
    commit: 'c68a292152d3',
    title: 'iommu/rockchip: rk3288 iommu driver',
    author: 'Daniel Kurtz',
    date: '2014-11-03',
    release: 'v3.19',
    candidate: 'v3.19-rc1',
    kind: 'availability',
    arch: 'arm',
    subsystem: 'iommu/rockchip',
    requires: [],
    conflicts: [],
    sets: { 'drivers.rockchip-iommu': 'present' },
    effect: {
      before: 'rockchip,iommu has no driver; its masters use physical addresses, paging off.',
      after:
        'The driver claims the platform bus at subsys_initcall; one instance a master, found through `iommus`. Attaching a device without a group succeeds and touches no hardware.',
    },
    source: 'commit page of a kernel mirror; drivers/iommu/rockchip-iommu.c',
    confidence: 'search',
  },
  {
    id: 'rockchip-drm',
    commit: '2048e3286f34',
    title: 'drm: rockchip: Add basic drm driver',
    author: 'Mark Yao',
    date: '2014-08-22',
    release: 'v3.19',
    candidate: 'v3.19-rc1',
    kind: 'availability',
    arch: 'arm',
    subsystem: 'drm/rockchip',
    requires: ['rockchip-iommu'],
    conflicts: [],
    sets: { 'drivers.rockchip-drm': 'arm-iommu-explicit' },
    effect: {
      before: 'rockchip,rk3288-vop has no driver.',
      after:
        'The card makes one ARM mapping of 2 GiB at 0, attaches the display-subsystem device and, at enable, each VOP, and allocates on the display-subsystem device. No encoder driver exists yet, so boards bind only where other dependencies are taken as met.',
    },
    source: 'v3.18-based and v3.19.8 trees, drivers/gpu/drm/rockchip',
    confidence: 'source',
  },
]
