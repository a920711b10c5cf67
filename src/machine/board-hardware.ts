/**
 * What is soldered on the board: RAM, IOMMUs, bus masters and how they are joined. Built from the
 * wiring tree alone; it does not change because the tree under test is wrong.
 */
import { PAGE_SIZE, hex } from '../base/addr.ts'
import type { Journal } from '../base/journal.ts'
import { PhysicalMemory } from '../base/memory.ts'
import { fillPattern } from '../base/pattern.ts'
import { createBusMaster } from '../devices/archetypes.ts'
import type { Archetype } from '../devices/bus-master.ts'
import { regs, translatedReg } from '../devicetree/addresses.ts'
import { type DmaParent, dmaParent } from '../devicetree/dma-windows.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import { deviceName } from '../driver-core/device-name.ts'
import type { MasterHardware } from '../drivers/exercise/device-round.ts'
import { CpuCache } from '../interconnect/cpu-cache.ts'
import { Interconnect } from '../interconnect/interconnect.ts'
import type { MasterWiring } from '../interconnect/wiring.ts'
import { Wiring } from '../interconnect/wiring.ts'
import type { IommuHardware } from '../iommu/family.ts'
import { hardwareFor } from '../iommu/hardware-models.ts'
import { hardwareRow, isMaster } from './binding.ts'
import { maskOf } from './driver-set.ts'
import type { Interrupts } from './interrupts.ts'
import { MmioMap } from './io-port.ts'
import type { MemoryLayout } from './memory-layout.ts'

/** Bytes of the kernel image that are filled with something recognisable. */
const IMAGE_SIZE = 0x10_0000
/** What every page of it holds. */
const IMAGE_PAGE = fillPattern(new Uint8Array(PAGE_SIZE), 0x6b65_726e)
/** What a master of unknown kind is taken to be. */
const DEFAULT_ARCHETYPE: Archetype = 'mem2mem'

/** One bus master with its place in the board. */
export interface Master extends MasterHardware {
  wiring: MasterWiring
  /** Width of the addresses that it can issue, bits. */
  addressBits: number
  /** Which bus its DMA goes to, node by node upwards. */
  busParent: DmaParent
}

/**
 * The physical board of one machine. Masters are made when first asked for; a node of the tree
 * under test finds its block by register address, else by path.
 */
export class BoardHardware {
  readonly tree: DeviceTree
  readonly memory: PhysicalMemory
  readonly cache: CpuCache
  readonly interconnect: Interconnect
  readonly mmio = new MmioMap()
  readonly wiring: Wiring
  /** IOMMU instances by node, in order of their `reg` entries; nodes without a model are absent. */
  readonly iommus = new Map<DtNode, IommuHardware[]>()
  readonly #masters = new Map<DtNode, Master | null>()
  readonly #byAddress = new Map<number, DtNode>()

  constructor(tree: DeviceTree, layout: MemoryLayout, interrupts: Interrupts, journal: Journal) {
    this.tree = tree
    this.memory = new PhysicalMemory(layout.banks)
    this.cache = new CpuCache(this.memory)
    this.#loadKernel(layout)
    for (const node of tree.nodes()) {
      this.#indexByAddress(node)
      this.#addIommu(node, interrupts)
    }
    this.wiring = new Wiring(tree, (provider) => this.iommus.get(provider)?.length ?? 1)
    this.interconnect = new Interconnect({
      memory: this.memory,
      cache: this.cache,
      unit: (provider, instance) => this.iommus.get(provider)?.[instance] ?? null,
      journal,
    })
  }

  /**
   * The master behind a node of the tree under test: the block at the same register address, or
   * else the node of the same path. Null for what is no master.
   */
  master(node: DtNode): Master | null {
    const here = this.nodeFor(node)
    if (here === null || !isMaster(here)) return null
    let master = this.#masters.get(here)
    if (master === undefined) {
      master = this.#make(here)
      this.#masters.set(here, master)
    }
    return master
  }

  /** The wiring tree's node for a node of the tree under test. */
  nodeFor(node: DtNode): DtNode | null {
    const address = translatedReg(node, 0)
    const byAddress = address === null ? undefined : this.#byAddress.get(address)
    return byAddress ?? this.tree.byPath(node.path) ?? null
  }

  #make(node: DtNode): Master | null {
    const wiring = this.wiring.of(node.path)
    if (wiring === null) return null
    const row = hardwareRow(node)
    const archetype = row?.archetype ?? DEFAULT_ARCHETYPE
    if (archetype === 'bus' || archetype === 'iommu') return null
    const ports = this.interconnect.ports(wiring, deviceName(node))
    const bits = maskOf(row?.mask ?? null)?.bits ?? 32
    const addressBits = Math.max(32, Math.min(52, bits))
    const master = createBusMaster(archetype, { ports, addressBits })
    return { wiring, ports: ports.length, addressBits, busParent: dmaParent(this.tree), master }
  }

  #addIommu(node: DtNode, interrupts: Interrupts): void {
    const model = hardwareFor(node.compatible)
    if (model === null) return
    const base = translatedReg(node, 0)
    if (base === null) return
    const name = deviceName(node)
    const count = model.instances(regs(node).length)
    const instances = Array.from({ length: count }, (_, i) => {
      const hardware = model.create({
        name: i === 0 ? name : `${name}[${i}]`,
        memory: this.memory,
        raiseIrq: () => interrupts.raise(hex(base)),
        parameter: (property) => node.u32(property) ?? null,
      })
      const at = translatedReg(node, i)
      if (at !== null) {
        this.mmio.add(at, { name: hardware.name, block: hardware.block, window: hardware })
      }
      return hardware
    })
    this.iommus.set(node, instances)
  }

  #indexByAddress(node: DtNode): void {
    if (!node.has('reg')) return
    const address = translatedReg(node, 0)
    // The first node at an address is the device; later ones (a bus's window, say) lie under it.
    if (address !== null && !this.#byAddress.has(address)) this.#byAddress.set(address, node)
  }

  /** Something recognisable where the kernel lies, so that a stray read cannot pass for a buffer. */
  #loadKernel(layout: MemoryLayout): void {
    const { base, size } = layout.kernel
    const image = new Uint8Array(Math.min(size, IMAGE_SIZE))
    for (let at = 0; at < image.length; at += PAGE_SIZE) {
      image.set(IMAGE_PAGE.subarray(0, image.length - at), at)
    }
    this.memory.writeBytes(base, image)
  }
}
