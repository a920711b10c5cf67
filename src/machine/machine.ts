/**
 * One bootable machine: a board's hardware, a kernel's software, joined at registers and memory.
 * This file only wires; what anything does is elsewhere.
 */
import { GIB4, prettySize } from '../base/addr.ts'
import type { Diagnostic } from '../base/diagnostic.ts'
import { ENODEV } from '../base/errno.ts'
import { Journal } from '../base/journal.ts'
import { ARM_LOWMEM_SIZE, PageAllocator } from '../base/page-allocator.ts'
import { archHook } from '../configure/arch-setup.ts'
import { OfDma } from '../configure/of-dma.ts'
import { declaredIommus, OfIommu } from '../configure/of-iommu.ts'
import { defineDmaSteps } from '../configure/steps.ts'
import type { DeviceTree, DtNode } from '../devicetree/tree.ts'
import { ArmMappings } from '../dma/arm-mapping.ts'
import { DmaApi } from '../dma/dma-api.ts'
import type { DmaHost } from '../dma/dma-host.ts'
import { arm64OpsTables, armOpsTables } from '../dma/ops-tables.ts'
import { Components } from '../driver-core/component.ts'
import { DriverCore } from '../driver-core/driver-core.ts'
import { type Initcall, runInitcalls } from '../driver-core/initcalls.ts'
import { Lifecycle } from '../driver-core/lifecycle.ts'
import { Populator } from '../driver-core/populate.ts'
import type { DriverContext } from '../drivers/driver-model.ts'
import { IommuCore } from '../iommu/iommu-core.ts'
import { OfIommuRegistry } from '../iommu/of-registry.ts'
import type { ArmMappingPort, IommuDriverContext } from '../iommu/ports.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { defaultBuses, skippedCompatibles } from '../policy/bus-table.ts'
import { BoardHardware } from './board-hardware.ts'
import { addedBuses, builtIommuDrivers, isConfigured } from './built.ts'
import { DriverSet, modelFor } from './driver-set.ts'
import { Interrupts } from './interrupts.ts'
import { MachineIo } from './io-port.ts'
import { type MemoryLayout, memoryLayout } from './memory-layout.ts'
import { TableMemory } from './table-pages.ts'

/** What a machine is made from. */
export interface MachineInit {
  tree: DeviceTree
  kernel: Kernel
  arch: 'arm' | 'arm64'
  lpae: boolean
  /** RAM that the user gave, bytes; null: what the tree says or a documented guess. */
  memory: readonly { base: number; size: number }[] | null
  /** The tree that tells what the hardware is; usually `tree` itself. */
  wiring: DeviceTree
}

/** A machine that has booted. */
export class Machine {
  readonly init: MachineInit
  readonly journal = new Journal()
  readonly layout: MemoryLayout
  readonly interrupts = new Interrupts()
  readonly hardware: BoardHardware
  readonly pages: PageAllocator
  readonly core: DriverCore
  readonly iommu: IommuCore
  readonly dma: DmaApi
  /** Null on arm64 and without CONFIG_ARM_DMA_USE_IOMMU. */
  readonly arm: ArmMappings | null
  readonly components = new Components()
  readonly populator: Populator
  readonly drivers: DriverSet

  /** Builds and boots. */
  constructor(init: MachineInit) {
    this.init = init
    const { tree, kernel, arch } = init
    const { policy } = kernel
    const { journal } = this
    this.layout = usableRam(memoryLayout(tree, init.memory), init)
    this.hardware = new BoardHardware(init.wiring, this.layout, this.interrupts, journal)
    this.pages = pageAllocator(this.layout, arch)

    this.core = new DriverCore(journal, new Lifecycle(policy.lifecycle))
    this.iommu = new IommuCore(policy, journal)
    const host = dmaHost(this)
    const tables = arch === 'arm64' ? arm64OpsTables(host) : armOpsTables(host, this.iommu)
    this.dma = new DmaApi({ journal, cache: this.hardware.cache, fallback: tables.plain })
    this.arm =
      arch === 'arm64' || !isConfigured(kernel, 'ARM_DMA_USE_IOMMU')
        ? null
        : new ArmMappings({ iommu: this.iommu, policy, journal, tables })
    this.populator = new Populator(this.core, journal, {
      buses: [...defaultBuses(kernel.release), ...addedBuses(kernel, tree)],
      skipped: skippedCompatibles(kernel.release),
    })

    const registry = new OfIommuRegistry(policy, journal)
    const iommuContext = this.#iommuContext(registry)
    const iommuDrivers = builtIommuDrivers(kernel, tree, arch)
    const declared = declaredIommus(iommuDrivers, iommuContext)
    const ofIommu = new OfIommu({ policy, journal, tree, registry, declared })
    const hook = archHook({ policy, journal, tables, mappings: this.arm })
    const ofDma = new OfDma({ policy, journal, tree, iommu: ofIommu, hook })
    defineDmaSteps(this.core.lifecycle, { policy, journal, ofDma })

    const context = this.#driverContext()
    this.drivers = new DriverSet(context, kernel, [...tree.nodes()], (node, bound) =>
      modelFor(bound, arch === 'arm64', this.translated(node)),
    )
    runInitcalls(
      [
        customizeMachine(this, ofIommu),
        ...iommuDrivers.flatMap((model) => model.initcalls(iommuContext)),
        ...this.drivers.initcalls(context),
        deferredProbe(this.core),
      ],
      journal,
    )
  }

  /** True when an IOMMU is wired to a node's device. */
  translated(node: DtNode): boolean {
    return this.#providers(node).length > 0
  }

  /** An IOMMU that is wired to a node's device and that there is no hardware model of; or null. */
  unmodelledIommu(node: DtNode): DtNode | null {
    return this.#providers(node).find((provider) => !this.hardware.iommus.has(provider)) ?? null
  }

  #providers(node: DtNode): DtNode[] {
    const here = this.hardware.nodeFor(node)
    const ports = here === null ? [] : (this.hardware.wiring.of(here.path)?.ports ?? [])
    return ports.flatMap((port) => (port.iommu === null ? [] : [port.iommu.provider]))
  }

  #iommuContext(of: OfIommuRegistry): IommuDriverContext {
    const { core, iommu, journal, hardware, populator } = this
    const { tree, kernel } = this.init
    return {
      core,
      iommu,
      policy: kernel.policy,
      journal,
      tree,
      memory: hardware.memory,
      pages: new TableMemory(this.pages, hardware.memory),
      io: new MachineIo(hardware.mmio, this.interrupts, journal),
      arm: this.arm ?? noArmMappings,
      of,
      deviceFor: (node) => populator.deviceFor(node as DtNode),
      boardCompatible: tree.compatible,
    }
  }

  #driverContext(): DriverContext {
    const { core, components, populator, dma, arm, iommu, journal, hardware, pages } = this
    const { kernel, tree } = this.init
    return {
      core,
      components,
      populator,
      dma,
      arm,
      iommu,
      policy: kernel.policy,
      journal,
      tree,
      memory: hardware.memory,
      cache: hardware.cache,
      pages,
      configured: (symbol) => isConfigured(kernel, symbol),
      hardware: (device) => (device.node === null ? null : hardware.master(device.node)),
    }
  }
}

/** What IOMMU drivers meet in a kernel without CONFIG_ARM_DMA_USE_IOMMU. */
const noArmMappings: ArmMappingPort = {
  createMapping: () => -ENODEV,
  attachDevice: () => -ENODEV,
  releaseMapping: () => {},
}

/** A 32-bit kernel without LPAE drops RAM beyond 4 GiB at boot (arm_add_memory). */
function usableRam(layout: MemoryLayout, { arch, lpae }: MachineInit): MemoryLayout {
  if (arch === 'arm64' || lpae) return layout
  const below = layout.banks.flatMap((bank) =>
    bank.base < GIB4 ? [{ ...bank, size: Math.min(bank.size, GIB4 - bank.base) }] : [],
  )
  const bytes = (banks: readonly { size: number }[]) => banks.reduce((n, b) => n + b.size, 0)
  const lost = bytes(layout.banks) - bytes(below)
  if (lost === 0 || below.length === 0) return layout
  const message = `a 32-bit kernel without LPAE ignores ${prettySize(lost)} of RAM above 4 GiB`
  const diagnostics: Diagnostic[] = [...layout.diagnostics, { severity: 'note', message }]
  return { ...layout, banks: below, diagnostics }
}

function pageAllocator(layout: MemoryLayout, arch: 'arm' | 'arm64'): PageAllocator {
  const { banks, reserved } = layout
  const start = (banks[0] as { base: number }).base
  const lowmem = arch === 'arm' ? { lowmemEnd: start + ARM_LOWMEM_SIZE } : {}
  return new PageAllocator({ banks, reserved, ...lowmem })
}

function dmaHost(machine: Machine): DmaHost {
  const { layout, journal, pages, hardware, init } = machine
  const lastRam = Math.max(...layout.banks.map((b) => b.base + b.size)) - 1
  const first = (layout.banks[0] as { base: number }).base
  const arm64 = init.arch === 'arm64'
  return {
    journal,
    cache: hardware.cache,
    pages,
    lastRam,
    // arm64: the DMA zone is the first 4 GiB from the 4 GiB boundary below RAM.
    dmaZoneLimit: arm64 ? Math.floor(first / GIB4) * GIB4 + GIB4 - 1 : GIB4 - 1,
    dmaAddrBits: arm64 || init.lpae ? 64 : 32,
  }
}

/** customize_machine() of arm, arm64_device_init(): devices from the tree at arch_initcall. */
function customizeMachine(machine: Machine, ofIommu: OfIommu): Initcall {
  const { policy } = machine.init.kernel
  return {
    level: 'arch',
    order: 0,
    name: 'customize_machine',
    run() {
      if (policy.boot.ofIommuInit === 'before-populate') ofIommu.init()
      machine.populator.populate(machine.init.tree.root, null)
      return 0
    },
  }
}

function deferredProbe(core: DriverCore): Initcall {
  return {
    level: 'late',
    order: 0,
    name: 'deferred_probe_initcall',
    run() {
      core.enableDeferredProbe()
      return 0
    },
  }
}
