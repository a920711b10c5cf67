/**
 * Never merged: the missing half of the Exynos IOMMU driver, and what the thread of January 2015
 * proposed instead of, or beside, the fix.
 */
import type { ChangeRow } from '../change.ts'

const THREAD = 'linux-arm-kernel and iommu lists, thread of January 2015'

/**
 * In no release. The Exynos notifier counts as availability, so `+drivers` adds it on Exynos
 * boards; the proposals conflict with each other where they answer the same question.
 */
export const neverMerged: readonly ChangeRow[] = [
  {
    id: 'exynos-sysmmu-notifier',
    commit: null,
    title: 'iommu/exynos: add bus notifier for registering System MMU',
    author: 'Cho KyongHo',
    date: '2013-08-08',
    release: null,
    kind: 'availability',
    arch: 'arm',
    subsystem: 'iommu/exynos',
    requires: [],
    conflicts: [],
    sets: { 'drivers.exynos-sysmmu-glue': 'notifier' },
    effect: {
      before: 'Nothing tells the driver which SysMMU serves a master: the first attach is a BUG.',
      after:
        'A bus notifier records it from the tree, one SysMMU a master. Where a master has two (FIMD and G2D of Exynos 5420), the other stays in bypass.',
    },
    source: 'patchwork, v9 12/16',
    confidence: 'search',
  },
  {
    id: 'opt-in-iommu-dma',
    commit: null,
    title: 'Explicit opt-in to IOMMU-backed DMA API (option B)',
    titleConfirmed: false,
    author: 'Alexandre Courbot',
    date: '2015-01-20',
    release: null,
    kind: 'proposal',
    arch: 'arm',
    subsystem: 'arch/arm/dma',
    requires: ['arm-plumb-arch-setup-dma-ops'],
    conflicts: ['dma-mapping-ignore-iommu', 'prevent-dma-configure'],
    // Attaching a mapping is one way of asking, so it has to have its effect on the DMA API.
    sets: { 'dma.setupPolicy': 'opt-in', 'dma.attachSetsOps': true },
    effect: {
      before: 'As v3.19-rc5: the core decides, attaching has no effect on the DMA API.',
      after:
        'The core never selects IOMMU operations; a driver asks for them, and attaching a mapping asks. Drivers that know nothing of IOMMUs stay on plain operations, so nearly every driver would have to ask.',
    },
    source: THREAD,
    confidence: 'source',
  },
  {
    id: 'dma-mapping-ignore-iommu',
    commit: null,
    title: 'dma_mapping_ignore_iommu(dev), called first in probe (option C)',
    titleConfirmed: false,
    author: 'Laurent Pinchart',
    date: '2015-01-20',
    release: null,
    kind: 'proposal',
    arch: 'arm',
    subsystem: 'arch/arm/dma',
    requires: ['arm-plumb-arch-setup-dma-ops'],
    conflicts: ['opt-in-iommu-dma', 'prevent-dma-configure'],
    sets: { 'dma.setupPolicy': 'client-undoes' },
    effect: {
      before: 'A driver cannot undo what the core set up.',
      after:
        'It can, first thing in probe. Where no IOMMU driver is ported nothing was set up, so nothing is undone; where the IOMMU driver itself attaches there is nobody to call it.',
    },
    source: THREAD,
    confidence: 'source',
  },
  {
    id: 'prevent-dma-configure',
    commit: null,
    title: 'driver flag prevent_dma_configure, checked before DMA set-up (option D)',
    titleConfirmed: false,
    author: 'Will Deacon',
    date: '2015-01-20',
    release: null,
    kind: 'proposal',
    arch: 'any',
    subsystem: 'driver-core',
    requires: ['of-dma-configure-iommu'],
    conflicts: ['opt-in-iommu-dma', 'dma-mapping-ignore-iommu'],
    sets: { 'configure.driverFlag': 'prevent' },
    // The flag is the driver's, and no driver is known at creation: set-up moves to probe.
    splice: {
      created: { remove: ['dma-configure'] },
      beforeProbe: { add: [{ step: 'dma-configure' }] },
      probeFailed: { add: [{ step: 'dma-deconfigure' }] },
      unbound: { add: [{ step: 'dma-deconfigure' }] },
    },
    effect: {
      before: 'DMA is set up when the device is created, whoever will drive it.',
      after:
        'It is set up just before probe and undone after, unless the driver says no; then the ops pointer stays NULL, which means plain operations. Operations that an IOMMU driver chose by attaching in add_device are replaced at probe.',
    },
    source: THREAD,
    confidence: 'source',
  },
  {
    id: 'explicit-teardown-in-clients',
    commit: null,
    title: 'Clients detach and release the automatic mapping before their own attach (option F)',
    titleConfirmed: false,
    author: 'Thierry Reding',
    date: '2015-01-20',
    release: null,
    kind: 'proposal',
    arch: 'arm',
    subsystem: 'drivers',
    requires: ['arm-plumb-arch-setup-dma-ops'],
    conflicts: [],
    sets: { 'clients.detachAutomatic': true },
    effect: {
      before: 'A driver attaches its own mapping on top of whatever is there.',
      after:
        'It first detaches and releases a mapping that it finds. Where no IOMMU driver is ported it finds none. A driver that does not put it back leaves the next one without.',
    },
    source: THREAD,
    confidence: 'source',
  },
]
