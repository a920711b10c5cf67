/**
 * A board for tests of IOMMU families: hardware from a tree, drivers booted in v3.19's order, an ARM
 * mapping port that does no more than make and attach domains, and a log of register writes.
 */
import { hex } from '../base/addr.ts'
import type { Errno } from '../base/errno.ts'
import { Journal } from '../base/journal.ts'
import { PhysicalMemory } from '../base/memory.ts'
import type { RegisterWindow } from '../base/registers.ts'
import { regs } from '../devicetree/addresses.ts'
import { parseDts } from '../devicetree/dts.ts'
import { phandleArgs } from '../devicetree/phandles.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { deviceName } from '../driver-core/device-name.ts'
import type { Device } from '../driver-core/device.ts'
import { DriverCore } from '../driver-core/driver-core.ts'
import { runInitcalls } from '../driver-core/initcalls.ts'
import { Lifecycle } from '../driver-core/lifecycle.ts'
import { Populator } from '../driver-core/populate.ts'
import type { Translation } from '../interconnect/translation.ts'
import { TableArena } from '../pagetable/table-arena.ts'
import { foldChanges } from '../policy/fold.ts'
import type { Settings } from '../policy/switches.ts'
import type { IommuDomain } from './domain.ts'
import type { IommuDriverModel, IommuHardware } from './family.ts'
import { hardwareFor } from './hardware-models.ts'
import { IommuCore } from './iommu-core.ts'
import { OfIommuRegistry } from './of-registry.ts'
import type { IommuDriverContext } from './ports.ts'

/** RAM of the board, bytes. Tables come from its first half. */
export const RAM = { base: 0x4000_0000, size: 0x400_0000 } as const

/** How to build the board. */
export interface BoardOptions {
  /** Drivers that the kernel has. */
  models: readonly IommuDriverModel[]
  /** Switches that differ from v3.18. */
  sets?: Settings
  /** Every device with operations of its own gets a domain at creation, as the port is meant. */
  automatic?: boolean
}

/** A booted board. */
export interface TestBoard {
  readonly context: IommuDriverContext
  readonly iommu: IommuCore
  readonly memory: PhysicalMemory
  /** `name: REGISTER = 0x...`, in order. */
  readonly writes: string[]
  /** Result of an initcall by its C name. */
  initcallResult(name: string): Errno | undefined
  device(name: string): Device
  hardware(name: string): IommuHardware
  /** A fresh domain of the platform bus. */
  domain(): IommuDomain
  /** One access of a device through the IOMMU of its first `iommus` entry; then interrupts run. */
  access(device: string, address: number, write?: boolean): Translation
  /** Texts of log lines, about one subject or all. */
  log(subject?: string): string[]
}

/** Boots a board from device tree source. */
export function bootBoard(dts: string, options: BoardOptions): TestBoard {
  const { tree, diagnostics } = parseDts(dts)
  if (tree === null || diagnostics.length > 0) throw new Error(JSON.stringify(diagnostics))
  const journal = new Journal()
  const policy = foldChanges([settingsRow(options.sets ?? {})])
  const memory = new PhysicalMemory([RAM])
  const pages = new TableArena(memory, RAM.base, RAM.size / 2)
  const iommu = new IommuCore(policy, journal)
  const of = new OfIommuRegistry(policy, journal)
  const lifecycle = new Lifecycle({
    created: ['configure'],
    beforeProbe: [],
    probeFailed: [],
    unbound: [],
  })
  const core = new DriverCore(journal, lifecycle)
  const populator = new Populator(core, journal, { buses: ['simple-bus'], skipped: [] })
  const writes: string[] = []
  const units = new Map<DtNode, IommuHardware[]>()
  const handlers = new Map<DtNode, () => void>()
  const raised = new Set<DtNode>()

  for (const node of tree.nodes()) {
    const model = hardwareFor(node.compatible)
    if (model === null) continue
    const ports = { memory, raiseIrq: () => void raised.add(node) }
    const name = deviceName(node)
    const count = model.instances(regs(node).length)
    const names = Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}[${i}]`))
    units.set(
      node,
      names.map((n) => model.create({ ...ports, name: n })),
    )
  }

  const mapNode = (node: DtNode, index: number): RegisterWindow | null => {
    const unit = units.get(node)?.[index]
    return unit === undefined ? null : recorded(unit, writes)
  }
  const nodeOf = (device: Device): DtNode => device.node as DtNode
  const context: IommuDriverContext = {
    core,
    iommu,
    policy,
    journal,
    tree,
    memory,
    pages,
    of,
    boardCompatible: tree.compatible,
    deviceFor: (node) => populator.deviceFor(node as DtNode),
    io: {
      map: (device, index) => mapNode(nodeOf(device), index),
      mapNode,
      regCount: (device) => regs(nodeOf(device)).length,
      requestIrq: (device, handler) => void handlers.set(nodeOf(device), handler),
      requestNodeIrq: (node, handler) => void handlers.set(node, handler),
      freeIrq: (device) => void handlers.delete(nodeOf(device)),
      freeNodeIrq: (node) => void handlers.delete(node),
    },
    arm: {
      createMapping: (bus) => iommu.allocateDomain(bus) ?? -12,
      attachDevice: (device, mapping) => iommu.attach(mapping as IommuDomain, device),
      releaseMapping: (mapping) => iommu.freeDomain(mapping as IommuDomain),
    },
  }

  // of_iommu_configure() and, where asked for, the automatic mapping.
  lifecycle.define('configure', (device) => {
    const entries = phandleArgs(tree, nodeOf(device), 'iommus', '#iommu-cells')
    for (const { provider, args } of entries) {
      const ops = provider === null ? null : of.opsFor(provider)
      if (provider === null || ops?.ofXlate?.(device, { provider, args }) !== 0) return 0
    }
    if (entries.length > 0 && options.automatic === true) {
      const domain = iommu.allocateDomain(device.bus)
      if (domain !== null) iommu.attach(domain, device)
    }
    return 0
  })

  for (const model of options.models) {
    const init = model.earlyInit(context)
    if (init === null) continue
    for (const node of tree.nodes()) {
      if (node.compatible.some((s) => model.compatibles.includes(s))) init(node)
    }
  }
  populator.populate(tree.root, null)
  runInitcalls(
    options.models.flatMap((model) => model.initcalls(context)),
    journal,
  )

  const device = (name: string): Device => {
    const found = core.devices.find((d) => d.name === name)
    if (found === undefined) throw new Error(`no device ${name}`)
    return found
  }
  return {
    context,
    iommu,
    memory,
    writes,
    device,
    initcallResult: (name) =>
      journal.events.find((e) => e.kind === 'initcall' && e.text.includes(` ${name} `))?.data
        .result as Errno | undefined,
    hardware: (name) => {
      const found = [...units.values()].flat().find((unit) => unit.name === name)
      if (found === undefined) throw new Error(`no IOMMU ${name}`)
      return found
    },
    domain: () => {
      const domain = iommu.allocateDomain(core.platform)
      if (domain === null) throw new Error('nobody has the platform bus')
      return domain
    },
    access: (name, address, write = false) => {
      const [entry] = phandleArgs(tree, nodeOf(device(name)), 'iommus', '#iommu-cells')
      const unit = entry?.provider == null ? undefined : units.get(entry.provider)?.[0]
      if (unit === undefined) throw new Error(`${name} is behind no IOMMU`)
      const answer = unit.translate({ address, write, stream: entry?.args ?? [], master: name })
      const pending = [...raised]
      raised.clear()
      for (const node of pending) handlers.get(node)?.()
      return answer
    },
    log: (subject) =>
      journal.events
        .filter((e) => e.kind === 'log' && (subject === undefined || e.subject === subject))
        .map((e) => e.text),
  }
}

function recorded(unit: IommuHardware, writes: string[]): RegisterWindow {
  return {
    read32: (offset) => unit.read32(offset),
    write32: (offset, value) => {
      const name = unit.block.find(offset)?.name ?? hex(offset)
      writes.push(`${unit.name}: ${name} = ${hex(value >>> 0)}`)
      unit.write32(offset, value)
    },
  }
}

/** A change that sets what a test wants set. */
function settingsRow(sets: Settings) {
  return {
    id: 'test-change',
    commit: null,
    title: '',
    author: '',
    date: null,
    release: null,
    kind: 'plumbing' as const,
    arch: 'any' as const,
    subsystem: '',
    requires: [],
    conflicts: [],
    sets,
    effect: { before: '', after: '' },
    source: '',
    confidence: 'source' as const,
  }
}
