/**
 * Changes of our own making: board data for Koelsch, and the port that the founding series asked
 * of every IOMMU driver, done within v3.19's order of events.
 *
 * A port requires the two hooks that it implements and no more. The rest of the series decides
 * whether anybody calls them, and taking that away is a question worth asking.
 */
import type { ChangeRow } from '../change.ts'
import type { Settings } from '../switches.ts'

const BEFORE =
  'The driver has no of_xlate and no early init: the core sees no IOMMU, add_device finds the masters.'

function port(family: string, id: string, sets: Settings, after: string): ChangeRow {
  return {
    id,
    commit: null,
    title: `What-if: ${family} IOMMU ported to of_xlate with early init on v3.19`,
    titleConfirmed: false,
    author: 'dmaplumb',
    date: null,
    release: null,
    kind: 'proposal',
    arch: 'arm',
    subsystem: `iommu/${family}`,
    requires: ['iommu-ops-of-xlate', 'iommu-of-early-init-hook'],
    conflicts: [],
    sets,
    effect: { before: BEFORE, after },
    source: 'ours; what attach does a second time is read in the v3.19.8 tree',
    confidence: 'source',
  }
}

/**
 * In no release. The board data is availability, so `+drivers` adds it on Koelsch; ports have to be
 * asked for by id.
 */
export const whatIfs: readonly ChangeRow[] = [
  {
    id: 'koelsch-ipmmu-data',
    commit: null,
    title: 'Board data for the IPMMUs of Koelsch (ours)',
    titleConfirmed: false,
    author: 'dmaplumb',
    date: null,
    release: null,
    kind: 'availability',
    arch: 'arm',
    subsystem: 'iommu/renesas',
    requires: [],
    conflicts: [],
    sets: { 'drivers.ipmmu-board-data': 'koelsch' },
    effect: {
      before: 'No IPMMU device has platform data; masters pass it untranslated.',
      after:
        'Platform data names the masters and their micro-TLBs, as boards outside mainline had it. The numbers are ours: no public source gives them.',
    },
    source: 'ours; v3.19.8 tree for what the driver reads',
    confidence: 'source',
  },
  port(
    'rockchip',
    'port-rockchip-creation-time',
    { 'iommu.rockchip.creationPort': 'ported' },
    'The specifier gives the instance and makes the group, so the attach at creation reaches the hardware; a later attach by the client programs the instance anew.',
  ),
  port(
    'omap',
    'port-omap-creation-time',
    { 'iommu.omap.creationPort': 'ported' },
    'Attach finds its instance without looking a bound driver up, so the attach at creation works; a later one points the table register elsewhere.',
  ),
  port(
    'ipmmu',
    'port-ipmmu-creation-time',
    { 'iommu.ipmmu.creationPort': 'ported' },
    'The specifier fills in the master data and add_device leaves attaching alone. Every master has its own mapping, yet all domains program context 0.',
  ),
  port(
    'exynos',
    'port-exynos-creation-time',
    { 'iommu.exynos.creationPort': 'ported' },
    'Owner and controllers come from the specifier. A second domain is refused while the first is attached.',
  ),
  port(
    'msm',
    'port-msm-creation-time',
    { 'iommu.msm.creationPort': 'ported' },
    'The specifier gives the context, which the automatic domain then holds.',
  ),
  port(
    'tegra',
    'port-tegra-creation-time',
    { 'iommu.tegra.creationPort': 'ported' },
    'The specifier gives the swgroups; a later attach replaces their address space.',
  ),
]
