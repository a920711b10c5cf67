/** Switches about DMA set-up: who decides a device's DMA operations, when, and who undoes it. */
import { declareSwitch } from '../switch-row.ts'

/**
 * Rows by switch name: `dma.*`, `configure.*`, `boot.*` and `clients.*`. Initial values are those
 * of v3.18.
 */
export const dmaSwitches = {
  'dma.archHook': declareSwitch({
    doc: 'What the device tree core calls to set a device up for DMA. set-coherent-ops: a hook for dma-coherent nodes only, everybody else keeps a NULL ops pointer. arch-setup-dma-ops: one hook with window, IOMMU and coherency.',
    values: ['set-coherent-ops', 'arch-setup-dma-ops'],
    initial: 'set-coherent-ops',
  }),
  'dma.armSetup': declareSwitch({
    doc: "What 32-bit ARM does in its set-up hook. coherent-only: picks between the plain and the coherent table. iommu-mapping: makes an IOMMU mapping for a device whose IOMMU driver is known and picks among four tables, overwriting whatever was there; teardown releases the mapping. Ours: the second half of a commit whose first half is 'dma.attachSetsOps'.",
    values: ['coherent-only', 'iommu-mapping'],
    initial: 'coherent-only',
  }),
  'dma.attachSetsOps': declareSwitch({
    doc: "Whether arm_iommu_attach_device() makes the device's DMA API use the mapping, and detach takes that back. False: the hardware translates while the DMA API goes on handing out physical addresses.",
    values: [true, false],
    initial: true,
  }),
  'dma.coherentFlag': declareSwitch({
    doc: 'Where 32-bit ARM remembers that a device is coherent. ops-table-only: in the choice of the table. archdata: also in a flag of the device, which outlives a change of tables.',
    values: ['ops-table-only', 'archdata'],
    initial: 'ops-table-only',
  }),
  'dma.teardownWithoutMapping': declareSwitch({
    doc: 'What the ARM teardown hook does for a device that has no mapping. warn-not-attached: detaches anyway and logs "Not attached". return-early: nothing.',
    values: ['warn-not-attached', 'return-early'],
    initial: 'warn-not-attached',
  }),
  'dma.setupPolicy': declareSwitch({
    doc: 'Proposals of January 2015 for who gets an IOMMU-backed DMA API. implicit: everybody whose IOMMU is known. opt-in: nobody, until a driver asks (attaching a mapping of its own counts). client-undoes: as implicit, and a driver may throw the automatic set-up away at the start of its probe.',
    values: ['implicit', 'opt-in', 'client-undoes'],
    initial: 'implicit',
  }),
  'configure.always': declareSwitch({
    doc: 'Whether every device from the tree is configured for DMA. False: without a dma-ranges property the core returns early and leaves the ops pointer NULL.',
    values: [false, true],
    initial: false,
  }),
  'configure.driverFlag': declareSwitch({
    doc: 'A flag on the driver that keeps the core from configuring DMA. none: there is no such flag. prevent: the prevent_dma_configure proposal, which needs the configuration to happen when a driver is known.',
    values: ['none', 'prevent'],
    initial: 'none',
  }),
  'boot.ofIommuInit': declareSwitch({
    doc: 'When the early-init functions of IOMMU drivers run. before-populate: at arch_initcall, ahead of the creation of any device.',
    values: ['never', 'before-populate'],
    initial: 'never',
  }),
  'clients.detachAutomatic': declareSwitch({
    doc: 'Whether drivers that bring their own mapping first detach and release one that they find on the device.',
    values: [false, true],
    initial: false,
  }),
  'clients.tegraDrm': declareSwitch({
    doc: 'How tegra-drm reaches its buffers. contiguous: physically contiguous memory. raw-shared-domain: one domain of its own for all display controllers, mapped without the DMA API.',
    values: ['contiguous', 'raw-shared-domain'],
    initial: 'contiguous',
    unread: 'Tegra display is not modelled',
  }),
} as const
