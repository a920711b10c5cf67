/** Switches about the IOMMU core and the IOMMU drivers. */
import { declareSwitch } from '../switch-row.ts'

const PORTED =
  'What-if: the driver ported to the set-up at device creation. ported: early init registers its operations, of_xlate stores everything that attach needs (attach then wants neither a group nor a bound provider), and add_device no longer attaches.'

/**
 * Rows by switch name, one `creationPort` for each family among them. Behind them: drivers/iommu;
 * initial values are those of v3.18.
 */
export const iommuSwitches = {
  'iommu.addDeviceRequired': declareSwitch({
    doc: 'Whether an IOMMU driver must have an add_device callback. True: the core calls it without looking and dies where it is missing.',
    values: [true, false],
    initial: true,
  }),
  'iommu.ofEarlyInit': declareSwitch({
    doc: 'Whether an IOMMU driver can register before devices exist. declared-table: a link-time table of compatible strings and init functions.',
    values: ['absent', 'declared-table'],
    initial: 'absent',
  }),
  'iommu.xlateCallback': declareSwitch({
    doc: 'Whether the core can hand an `iommus` specifier to the IOMMU driver. absent: drivers read the property themselves.',
    values: ['absent', 'of_xlate'],
    initial: 'absent',
  }),
  'iommu.ofConfigure': declareSwitch({
    doc: "Whether the core follows `iommus` before it sets a device up. silent-null: it does, and a provider that is late, unknown or unwilling all look like 'no IOMMU'.",
    values: ['absent', 'silent-null'],
    initial: 'absent',
  }),
  'iommu.ofRegistry': declareSwitch({
    doc: "Where the core keeps which driver serves which IOMMU node. node-data: in the node's own data pointer. private-list: in a list of its own.",
    values: ['node-data', 'private-list'],
    initial: 'node-data',
  }),
  'iommu.omap.secondDomain': declareSwitch({
    doc: 'Attaching a second domain to a busy OMAP IOMMU. -EBUSY: refused. overwrite: the table register silently points at the new domain.',
    values: ['-EBUSY', 'overwrite'],
    initial: '-EBUSY',
  }),
  'iommu.rockchip.creationPort': declareSwitch({
    doc: `${PORTED} Expected when run: the client's own attach takes over, and the automatic mapping leaks.`,
    values: ['unported', 'ported'],
    initial: 'unported',
  }),
  'iommu.omap.creationPort': declareSwitch({
    doc: `${PORTED} Expected when run: the client's fresh domain takes the table register over, and the automatic mapping leaks.`,
    values: ['unported', 'ported'],
    initial: 'unported',
  }),
  'iommu.ipmmu.creationPort': declareSwitch({
    doc: `${PORTED} Expected when run: one mapping a device instead of one an IPMMU, all in context 0, so the last attach decides for every master.`,
    values: ['unported', 'ported'],
    initial: 'unported',
  }),
  'iommu.exynos.creationPort': declareSwitch({
    doc: `${PORTED} Expected when run: the client's own attach gets -EBUSY, which FIMD ignores, and its buffers have physical addresses.`,
    values: ['unported', 'ported'],
    initial: 'unported',
  }),
  'iommu.msm.creationPort': declareSwitch({
    doc: `${PORTED} Expected when run: the client finds its context busy and its probe fails.`,
    values: ['unported', 'ported'],
    initial: 'unported',
    unread: 'the MSM IOMMU is not modelled',
  }),
  'iommu.tegra.creationPort': declareSwitch({
    doc: `${PORTED} Expected when run: the client's shared domain replaces the address space, so scanout works and buffers of the DMA API fault.`,
    values: ['unported', 'ported'],
    initial: 'unported',
    unread: 'the Tegra SMMU is not modelled',
  }),
} as const
