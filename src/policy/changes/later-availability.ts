/** Drivers and match entries that arrived after v3.19 and that boards of its time need. */
import type { ChangeRow } from '../change.ts'

/**
 * From v4.0 and v4.1, so in none of the modelled releases: a spec adds them by id or with
 * `+drivers`.
 */
export const laterAvailability: readonly ChangeRow[] = [
  {
    id: 'ipmmu-dt',
    commit: null,
    title: 'iommu/ipmmu-vmsa: device tree support',
    titleConfirmed: false,
    author: 'Laurent Pinchart',
    date: '2014-12-15',
    release: 'v4.0',
    kind: 'availability',
    arch: 'arm',
    subsystem: 'iommu/renesas',
    requires: [],
    conflicts: [],
    sets: { 'drivers.ipmmu-vmsa': 'device-tree' },
    effect: {
      before: 'The driver wants platform data and fails its probe with -EINVAL without it.',
      after:
        'It matches renesas,ipmmu-vmsa and reads the micro-TLB from `iommus` in add_device, where it attaches each master to one mapping an IPMMU, 2 GiB from 1 GiB.',
    },
    source: 'memory, the release too',
    confidence: 'memory',
  },
  {
    id: 'omap3isp-dt',
    commit: null,
    title: '[media] omap3isp: Add support for the Device Tree',
    author: 'Sakari Ailus',
    date: '2015-03-25',
    release: 'v4.1',
    kind: 'availability',
    arch: 'arm',
    subsystem: 'media/omap3isp',
    requires: [],
    conflicts: [],
    sets: { 'drivers.omap3isp': 'device-tree' },
    effect: {
      before: 'No match table: nothing binds the ISP of a device tree.',
      after:
        'It matches ti,omap3-isp, attaches a mapping of its own (2 GiB from 1 GiB) and fails its probe where that fails.',
    },
    source: 'linux-media: pull request of media updates for v4.1-rc1',
    confidence: 'search',
  },
]
