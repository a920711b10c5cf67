/**
 * How an access travels: from a master's port through the IOMMU that is wired to it, or else down
 * the buses and their windows, to memory.
 */
import { type Addr, PAGE_SIZE, type Phys, offsetInPage, prettyHex } from '../base/addr.ts'
import { assert } from '../base/assert.ts'
import type { FaultRecord } from '../base/fault.ts'
import type { Cause, Journal } from '../base/journal.ts'
import { BusError, type MemoryPort } from '../base/memory.ts'
import type { BusResponse, DmaPort } from '../base/dma-port.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { crossBuses } from './bus-path.ts'
import type { CpuCache } from './cpu-cache.ts'
import { TrafficLog, type TrafficRun } from './traffic-log.ts'
import type { Access, TranslationUnit } from './translation.ts'
import type { MasterWiring, PortWiring } from './wiring.ts'

const DONE: BusResponse = { ok: true }

/** What the interconnect joins. */
export interface InterconnectParts {
  memory: MemoryPort
  /** What coherent masters look into. */
  cache: Pick<CpuCache, 'snoopRead' | 'snoopWrite'>
  /** The hardware of an IOMMU instance; null where we have no model of it. */
  unit(provider: DtNode, instance: number): TranslationUnit | null
  /** Refused accesses are noted here. */
  journal?: Journal
}

/** Where a page's worth of access goes. */
type Route =
  | { physical: Phys; how: 'pass' | 'translated'; why: string }
  | { fault: FaultRecord; causes?: readonly Cause[] }

/**
 * Makes the ports of masters and keeps the log of each. An access is decided page by page (4 KiB)
 * and stops at the first refusal; what went before stays done.
 */
export class Interconnect {
  readonly #parts: InterconnectParts
  readonly #logs = new Map<DtNode, TrafficLog[]>()

  constructor(parts: InterconnectParts) {
    this.#parts = parts
  }

  /**
   * The port `index` of a master. `name` is the device's name, for faults and the journal. Making
   * a port again gives a new port with the old log.
   */
  port(master: MasterWiring, index: number, name: string): DmaPort {
    const wiring = master.ports[index]
    assert(wiring !== undefined, `${name} has no port ${index}`)
    const log = this.#logsOf(master)[index]!
    return new MasterPort(this.#parts, master, wiring, name, log)
  }

  /** All ports of a master, in order. */
  ports(master: MasterWiring, name: string): DmaPort[] {
    return master.ports.map((_, index) => this.port(master, index, name))
  }

  /** What a master's ports have done so far, by port. */
  trace(master: MasterWiring): readonly TrafficLog[] {
    return this.#logsOf(master)
  }

  /** Forgets what a master's ports have done so far. */
  clearTrace(master: MasterWiring): void {
    for (const log of this.#logsOf(master)) log.clear()
  }

  #logsOf(master: MasterWiring): TrafficLog[] {
    let logs = this.#logs.get(master.node)
    if (logs === undefined) {
      logs = master.ports.map(() => new TrafficLog())
      this.#logs.set(master.node, logs)
    }
    return logs
  }
}

class MasterPort implements DmaPort {
  readonly #parts: InterconnectParts
  readonly #master: MasterWiring
  readonly #wiring: PortWiring
  readonly #name: string
  readonly #log: TrafficLog

  constructor(
    parts: InterconnectParts,
    master: MasterWiring,
    wiring: PortWiring,
    name: string,
    log: TrafficLog,
  ) {
    this.#parts = parts
    this.#master = master
    this.#wiring = wiring
    this.#name = name
    this.#log = log
  }

  read(address: Addr, into: Uint8Array): BusResponse {
    return this.#split(address, into, false)
  }

  write(address: Addr, bytes: Uint8Array): BusResponse {
    return this.#split(address, bytes, true)
  }

  /** Page by page: a page is what an IOMMU decides on. Stops at the first refusal. */
  #split(address: Addr, bytes: Uint8Array, write: boolean): BusResponse {
    for (let done = 0; done < bytes.length; ) {
      const at = address + done
      const size = Math.min(bytes.length - done, PAGE_SIZE - offsetInPage(at))
      const response = this.#page(at, bytes.subarray(done, done + size), write)
      if (!response.ok) return response
      done += size
    }
    return DONE
  }

  #page(iova: Addr, bytes: Uint8Array, write: boolean): BusResponse {
    const run: TrafficRun = {
      write,
      iova,
      physical: null,
      size: bytes.length,
      how: 'fault',
      why: '',
    }
    let route = this.#route(iova, bytes.length, write)
    if (!('fault' in route)) {
      const fault = this.#access(route.physical, bytes, write)
      if (fault === null) {
        run.physical = route.physical
        run.how = route.how
        run.why = route.why
        this.#log.note(run)
        return DONE
      }
      route = { fault }
    }
    run.why = `${route.fault.block}: ${route.fault.detail}`
    this.#log.note(run)
    this.#report(run, route.fault, route.causes ?? [])
    return { ok: false, fault: route.fault }
  }

  #route(iova: Addr, size: number, write: boolean): Route {
    const link = this.#wiring.iommu
    if (link === null) return this.#overBuses(iova, size, write, 'no IOMMU on this port')
    const unit = this.#parts.unit(link.provider, link.instance)
    if (unit === null) {
      return this.#overBuses(iova, size, write, `no model of the IOMMU ${link.provider.path}`)
    }
    const access: Access = { address: iova, write, stream: link.ids, master: this.#name }
    const answer = unit.translate(access)
    if (answer.kind === 'fault') return { fault: answer.fault }
    if (answer.kind === 'pass') {
      return this.#overBuses(iova, size, write, `${unit.name}: ${answer.why}`)
    }
    return { physical: answer.address, how: 'translated', why: unit.name }
  }

  #overBuses(iova: Addr, size: number, write: boolean, why: string): Route {
    const end = crossBuses(this.#master.buses, iova, size)
    if ('physical' in end) return { physical: end.physical, how: 'pass', why }
    const { bus, address, text } = end
    return {
      fault: {
        block: bus,
        kind: 'outside-window',
        address,
        write,
        detail: `${prettyHex(address)} is outside every dma-ranges window`,
        registers: [],
      },
      causes: [{ kind: 'tree', node: bus, property: 'dma-ranges', text }],
    }
  }

  /** The access itself; a fault where nothing answers. */
  #access(physical: Phys, bytes: Uint8Array, write: boolean): FaultRecord | null {
    const { memory, cache } = this.#parts
    try {
      if (this.#master.coherent) {
        if (write) cache.snoopWrite(physical, bytes)
        else cache.snoopRead(physical, bytes)
      } else if (write) memory.writeBytes(physical, bytes)
      else memory.readBytes(physical, bytes)
      return null
    } catch (error) {
      if (!(error instanceof BusError)) throw error
      const detail = error.message
      const address = error.address
      return { block: 'interconnect', kind: 'no-target', address, write, detail, registers: [] }
    }
  }

  #report(run: TrafficRun, fault: FaultRecord, causes: readonly Cause[]): void {
    const block = fault.block
    const registers = fault.registers.map(
      ({ name, value }): Cause => ({ kind: 'register', block, register: name, value }),
    )
    this.#parts.journal?.add(
      'fault',
      this.#name,
      `${run.write ? 'write to' : 'read of'} ${prettyHex(run.iova)} refused by ${run.why}`,
      [...causes, ...registers],
      { iova: run.iova, address: fault.address, write: run.write, block, kind: fault.kind },
    )
  }
}
