/**
 * of_dma_configure() and of_dma_deconfigure(): what the tree says about a device's DMA becomes its
 * masks, offset and operations. drivers/of/platform.c, v3.18-v3.19
 */
import { PAGE_SHIFT, alignDown, hex, prettyHex } from '../base/addr.ts'
import { EINVAL } from '../base/errno.ts'
import type { Cause, Journal } from '../base/journal.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import { type DeviceDma, deviceDma } from '../dma/device-dma.ts'
import { bitMask } from '../dma/dma-mask.ts'
import type { Device } from '../driver-core/device.ts'
import type { IommuOps } from '../iommu/iommu-ops.ts'
import type { Policy } from '../policy/fold.ts'
import type { ArchHook } from './arch-hook.ts'
import { ofDmaIsCoherent } from './coherent.ts'
import { type DmaRange, ofDmaGetRange } from './dma-range.ts'
import type { OfIommu } from './of-iommu.ts'
import { cellsCause, iommusCause } from './tree-cause.ts'

/** What `OfDma` is built from. */
export interface OfDmaPorts {
  readonly policy: Policy
  readonly journal: Journal
  readonly tree: DeviceTree
  readonly iommu: OfIommu
  readonly hook: ArchHook
}

/** What was found, and which properties said so. */
interface Findings {
  /** First bus address and size of the window handed to the architecture, bytes. */
  base: number
  size: number
  range: DmaRange | null
  coherent: boolean
  iommu: IommuOps | null
  causes: Cause[]
}

/**
 * The set-up that the policy puts at device creation or before probe: window from `dma-ranges`,
 * coherency from `dma-coherent`, IOMMU from `iommus`, then the hook of the architecture.
 */
export class OfDma {
  readonly #ports: OfDmaPorts
  /** v3.19: every device. v3.18: the offset of those with `dma-ranges`, and no IOMMU. */
  readonly #always: boolean

  constructor(ports: OfDmaPorts) {
    this.#ports = ports
    this.#always = ports.policy.configure.always
  }

  /**
   * of_dma_configure(). Does nothing for a device that no node describes. `operations` false: all
   * but arch_setup_dma_ops(), so the IOMMU driver learns of its master and nothing is set up.
   */
  configure(device: Device, operations = true): void {
    const { node } = device
    if (node === null) return
    const dma = deviceDma.of(device)
    setDefaultMasks(dma)
    const found = this.#find(device, node)
    if (this.#always) {
      setWindow(dma, found.range)
      found.iommu = this.#ports.iommu.configure(device)
      this.#journalFindings(device, dma, found)
      if (operations) this.#ports.hook.setup(device, found)
      return
    }
    if (operations) this.#ports.hook.setup(device, found)
    // Without a range v3.18 returns before it touches the offset.
    if (found.range !== null) setWindow(dma, found.range)
    else this.#ports.journal.log('debug', device.name, 'no dma range information to setup')
    this.#journalFindings(device, dma, found)
  }

  /** of_dma_deconfigure() */
  deconfigure(device: Device): void {
    if (device.node === null) return
    this.#ports.hook.teardown(device)
    this.#ports.journal.add(
      'dma-configure',
      device.name,
      `of_dma_deconfigure(${device.name})`,
      [],
      { configured: false },
    )
  }

  #find(device: Device, node: DtNode): Findings {
    const causes: Cause[] = []
    const range = ofDmaGetRange(node)
    if (range === -EINVAL) {
      this.#ports.journal.log(
        'err',
        device.name,
        `of_dma_get_range: translation of DMA address to CPU address failed node(${node.path})`,
      )
    }
    const usable = typeof range === 'number' ? null : range
    if (usable !== null) causes.push(cellsCause(usable.bus, 'dma-ranges'))
    const coherent = ofDmaIsCoherent(node)
    if (coherent !== null) causes.push(cellsCause(coherent, 'dma-coherent'))
    if (node.has('iommus')) causes.push(iommusCause(this.#ports.tree, node))
    return {
      base: usable?.dmaAddr ?? 0,
      // Without a range: the mask itself, one byte short of 4 GiB (v4.1 adds it).
      size: usable?.size ?? bitMask(32).limit,
      range: usable,
      coherent: coherent !== null,
      iommu: null,
      causes,
    }
  }

  #journalFindings(device: Device, dma: DeviceDma, found: Findings): void {
    const { journal, policy } = this.#ports
    const { base, size, coherent, iommu } = found
    const window = `bus addresses from ${prettyHex(base)}, size ${hex(size)}`
    const behind = this.#always ? `, device is ${iommu === null ? 'not ' : ''}behind an iommu` : ''
    journal.add(
      'dma-configure',
      device.name,
      `of_dma_configure(${device.name}): ${window}, device is ${coherent ? '' : 'not '}dma coherent${behind}`,
      [...found.causes, policy.cause('configure.always')],
      {
        configured: true,
        base,
        size,
        offset: dma.pfnOffset,
        ranges: found.range?.bus.path ?? null,
        coherent,
        iommu: iommu?.name ?? null,
      },
    )
  }
}

/** 32 bits, until the driver says otherwise; one mask for both unless the streaming one is set. */
function setDefaultMasks(dma: DeviceDma): void {
  dma.coherentDmaMask = bitMask(32)
  if (dma.dmaMask === null) dma.masksShared = true
  if (dma.masksShared) dma.dmaMask = dma.coherentDmaMask
}

/** dma_pfn_offset = PFN_DOWN(paddr - dma_addr) */
function setWindow(dma: DeviceDma, range: DmaRange | null): void {
  dma.pfnOffset = range === null ? 0 : alignDown(range.paddr - range.dmaAddr, PAGE_SHIFT)
  if (range !== null) dma.busWindow = { base: range.dmaAddr, size: range.size }
}
