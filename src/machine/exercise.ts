/**
 * Putting a bound device to use: every round of its driver, with memory from the low and from the
 * high end of what the driver could have been given. What arrived decides.
 */
import { prettyHex, type Iova, type Phys } from '../base/addr.ts'
import type { FaultRecord } from '../base/fault.ts'
import { dmaAddressOf } from '../devicetree/addresses.ts'
import { deviceDma } from '../dma/device-dma.ts'
import { type Device, KernelBug } from '../driver-core/device.ts'
import type { DriverInstance } from '../drivers/driver-model.ts'
import {
  type BufferKind,
  type DmaBuffer,
  type PreparedRound,
  type Round,
  type RoundVerdict,
  isRefusal,
} from '../drivers/exercise/round.ts'
import type { TrafficRun } from '../interconnect/traffic-log.ts'
import type { Master } from './board-hardware.ts'
import type { Machine } from './machine.ts'

/** From which end of the eligible memory buffers are taken. */
export type Placement = 'lowest' | 'highest'

/**
 * What one round comes to. A refusal by an IOMMU is a `fault`; an untranslated access that misses
 * memory is `corrupt`, or `unreachable` where no address within the reach of the master would do.
 */
export type UseVerdict = 'ok' | 'fault' | 'corrupt' | 'unreachable' | 'probe-error'

/** What one round showed. */
export interface RoundResult {
  /** E.g. `scans out a frame in memory of the card`. */
  round: string
  placement: Placement
  verdict: UseVerdict
  /** Why, in a few words; '' when ok. */
  detail: string
  fault: FaultRecord | null
  /** The buffer that the verdict is about; null when there was none. */
  buffer: { kind: BufferKind; handle: Iova; phys: Phys; size: number } | null
  /** What the master's ports did in this round. */
  traffic: readonly TrafficRun[]
  /** Journal positions: first event of the round, first after the device started, one past the last. */
  events: { from: number; started: number; to: number }
}

/** Hooks for tests that tamper behind the software's back. */
export interface ExerciseHooks {
  /** The round is set up: tables written, registers programmed, `GO` not yet given. */
  beforeGo?(prepared: PreparedRound, round: Round): void
}

/** Uses a bound device; an empty list for a driver that makes its device do nothing. */
export function exerciseDevice(
  machine: Machine,
  device: Device,
  driver: DriverInstance,
  hooks: ExerciseHooks = {},
): RoundResult[] {
  const results: RoundResult[] = []
  for (const placement of ['lowest', 'highest'] as const) {
    machine.pages.placement = placement
    for (const round of driver.rounds(device)) {
      results.push(playOrDie(machine, device, round, placement, hooks))
    }
  }
  machine.pages.placement = 'lowest'
  return results
}

/** A BUG in use kills the thread that used the device; the others are still judged. */
function playOrDie(
  machine: Machine,
  device: Device,
  round: Round,
  placement: Placement,
  hooks: ExerciseHooks,
): RoundResult {
  const from = machine.journal.events.length
  try {
    return playRound(machine, device, round, placement, hooks)
  } catch (error) {
    if (!(error instanceof KernelBug)) throw error
    machine.journal.log('bug', device.name, error.message)
    const to = machine.journal.events.length
    return {
      round: round.name,
      placement,
      verdict: 'probe-error',
      detail: error.message,
      fault: null,
      buffer: null,
      traffic: [],
      events: { from, started: to, to },
    }
  }
}

function playRound(
  machine: Machine,
  device: Device,
  round: Round,
  placement: Placement,
  hooks: ExerciseHooks,
): RoundResult {
  const { journal } = machine
  const from = journal.events.length
  const events = { from, started: from, to: from }
  const result = { round: round.name, placement, fault: null, buffer: null, traffic: [], events }
  const master = device.node === null ? null : machine.hardware.master(device.node)
  if (master !== null) machine.hardware.interconnect.clearTrace(master.wiring)
  const prepared = round.prepare()
  if (isRefusal(prepared)) {
    journal.add('transfer', device.name, `${device.name} cannot start: ${prepared.refused}`)
    events.started = journal.events.length
    events.to = events.started
    const verdict = nothingReachable(machine, device, master) ? 'unreachable' : 'probe-error'
    return { ...result, verdict, detail: prepared.refused }
  }
  hooks.beforeGo?.(prepared, round)
  events.started = journal.events.length
  prepared.go()
  machine.interrupts.deliver()
  const found = prepared.verify()
  const traffic = master === null ? [] : trafficOf(machine, master)
  const judged: RoundResult =
    found.verdict === 'ok'
      ? { ...result, verdict: 'ok', detail: '', buffer: summary(prepared.buffers[0]), traffic }
      : {
          ...result,
          verdict: judge(found, device, master, traffic),
          detail: found.verdict === 'fault' ? found.fault.detail : found.detail,
          fault: found.verdict === 'fault' ? found.fault : null,
          buffer: summary(found.buffer),
          traffic,
        }
  events.to = journal.events.length
  prepared.release()
  journal.add(
    'transfer',
    device.name,
    `${device.name} ${round.name} (${placement} memory): ${judged.verdict}`,
    [],
    { verdict: judged.verdict, placement },
  )
  return judged
}

function summary(buffer: DmaBuffer | undefined): RoundResult['buffer'] {
  if (buffer === undefined) return null
  const { kind, handle, size } = buffer
  return { kind, handle, phys: buffer.pages[0] ?? 0, size }
}

function trafficOf(machine: Machine, master: Master): TrafficRun[] {
  return machine.hardware.interconnect
    .trace(master.wiring)
    .flatMap((log) => log.runs.map((run) => ({ ...run })))
}

/** Last bus address that the hardware can issue. */
function lastAddress(master: Master): Iova {
  return 2 ** Math.max(32, Math.min(52, master.addressBits)) - 1
}

/** Refusals of buses and memory; all others come from an IOMMU that was on. */
const busFaults: readonly FaultRecord['kind'][] = ['no-target', 'outside-window']

/**
 * `fault` is an IOMMU's refusal. An access that nothing translated and that missed memory altogether
 * has gone astray like one that hit the wrong memory: `corrupt`, or `unreachable` when no address
 * that the master can issue would have done.
 */
function judge(
  found: Exclude<RoundVerdict, { verdict: 'ok' }>,
  device: Device,
  master: Master | null,
  traffic: readonly TrafficRun[],
): UseVerdict {
  if (found.verdict === 'fault' && !busFaults.includes(found.fault.kind)) return 'fault'
  const translated = traffic.some((run) => run.how === 'translated')
  // Whoever was handed I/O addresses was meant to be translated: its reach is not the question.
  if (master === null || translated || deviceDma.of(device).mapping !== null) return 'corrupt'
  const missed = found.buffer.pages.some((page) => !reaches(master, page))
  return missed ? 'unreachable' : 'corrupt'
}

/** True when the master can issue an address that its buses turn into this one. */
function reaches(master: Master, phys: Phys): boolean {
  const address = dmaAddressOf(master.wiring.node, phys, master.busParent)
  return address !== null && address <= lastAddress(master)
}

/** True when not one page of RAM is within the master's reach. */
function nothingReachable(machine: Machine, device: Device, master: Master | null): boolean {
  if (master === null || device.node === null) return false
  return machine.layout.banks.every((bank) => !reaches(master, bank.base))
}

/** `0x00000000 (physical 0x7fffd000)`: a buffer's two addresses, for sentences. */
export function bothAddresses(buffer: { handle: Iova; phys: Phys }): string {
  return `${prettyHex(buffer.handle)} (physical ${prettyHex(buffer.phys)})`
}
