/** One sentence behind a verdict, from what was executed. */
import { prettyHex } from '../base/addr.ts'
import { errnoName } from '../base/errno.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { availabilityOf } from '../drivers/catalogue/availability.ts'
import { catalogueFor } from '../drivers/catalogue/match.ts'
import type { TrafficRun } from '../interconnect/traffic-log.ts'
import { arrivalOf } from '../machine/arrival.ts'
import { hardwareRow } from '../machine/binding.ts'
import { modelFor } from '../machine/driver-set.ts'
import { bothAddresses } from '../machine/exercise.ts'
import type { RoundResult } from '../machine/exercise.ts'
import type { Machine } from '../machine/machine.ts'
import { allocationOf, opsLeftAlone } from './handed.ts'
import type { Judged } from './judged.ts'
import { isLostBus } from './set-up-story.ts'

/**
 * The sentence that a report shows, without its full stop. It rests on the decisive round; for a
 * device that was not used, on what kept it from being used.
 */
export function reasonFor(judged: Judged, machine: Machine): string {
  if (judged.verdict === 'not-exercised') return whyNotExercised(judged, machine)
  const { device, decisive } = judged
  if (judged.verdict === 'deferred') return `its probe waits: ${device?.probeReason ?? ''}`
  if (decisive === null) {
    const why = device?.probeReason ?? ''
    const answer =
      why === ''
        ? `its probe answers ${errnoName(device?.probeResult ?? 0)}`
        : `its probe fails: ${why}`
    return answer + lostBusNote(judged, machine)
  }
  return (
    sentence(judged, decisive, machine) + overwriteNote(judged, machine) + leakNote(judged, machine)
  )
}

function sentence(judged: Judged, round: RoundResult, machine: Machine): string {
  switch (round.verdict) {
    case 'ok':
      return whyOk(round)
    case 'fault':
      return whyFault(judged, round, machine)
    case 'corrupt':
      return whyCorrupt(round)
    case 'unreachable':
      return whyUnreachable(judged, round)
    case 'probe-error':
      return `cannot start: ${round.detail}${lostBusNote(judged, machine)}`
  }
}

/** An IOMMU driver that found its bus taken explains most of what its clients then meet. */
function lostBusNote(judged: Judged, machine: Machine): string {
  const lost = judged.node.has('iommus') ? machine.journal.events.find(isLostBus) : undefined
  return lost === undefined ? '' : `; ${lost.text}`
}

function whyOk(round: RoundResult): string {
  const translated = round.traffic.find((run) => run.how === 'translated')
  if (translated !== undefined) {
    return `${round.round}: ${prettyHex(translated.iova)} is translated by ${translated.why} to ${prettyHex(translated.physical ?? 0)}`
  }
  const passed = round.traffic[0]
  return passed === undefined
    ? round.round
    : `${round.round}: bus addresses go untranslated (${passed.why})`
}

/** True when the driver handed its device the buffer's own physical address. */
export function isPhysical(round: RoundResult): boolean {
  const { buffer } = round
  return buffer !== null && Math.abs(buffer.handle - buffer.phys) < 4096
}

function whyFault(judged: Judged, round: RoundResult, machine: Machine): string {
  const { fault, buffer } = round
  if (fault === null || buffer === null) return round.detail
  const what = isPhysical(round)
    ? `the physical address ${prettyHex(buffer.handle)}`
    : bothAddresses(buffer)
  const handed = `it was handed ${what}${byPlainOps(judged, machine)}`
  return `${handed}; ${fault.block} refuses ${prettyHex(fault.address)}: ${round.detail}${memoryNote(round)}`
}

/** Whose operations gave a physical address while an IOMMU was translating, and why they did. */
function byPlainOps(judged: Judged, machine: Machine): string {
  const alloc = allocationOf(judged, machine)
  const ops = alloc?.data.ops
  if (alloc === null || typeof ops !== 'string' || ops.includes('iommu')) return ''
  const whose = alloc.subject === judged.name ? '' : ` of ${alloc.subject}`
  const left =
    opsLeftAlone(judged, machine) === null ? '' : ', which attaching it to a mapping left alone'
  return ` by the ${ops} operations${whose}${left}, while its IOMMU translates`
}

function whyCorrupt(round: RoundResult): string {
  const { buffer } = round
  if (buffer === null) return round.detail
  const astray = round.traffic.find((run) => wentAstray(run, round))
  if (astray === undefined)
    return `${round.detail} (buffer ${bothAddresses(buffer)})${memoryNote(round)}`
  const went =
    astray.physical === null
      ? 'where nothing answers'
      : `to ${prettyHex(astray.physical)}, which is not its buffer at ${prettyHex(buffer.phys)}`
  const how = astray.how === 'translated' ? 'was translated' : 'went untranslated'
  const why = astray.how === 'translated' || astray.physical === null ? '' : ` (${astray.why})`
  return `it was handed ${prettyHex(astray.iova)}, and ${astray.write ? 'its write' : 'its read'} ${how} ${went}${why}${memoryNote(round)}`
}

/** A run within the buffer's handles that ended elsewhere than in the buffer. */
function wentAstray(run: TrafficRun, round: RoundResult): boolean {
  const { buffer } = round
  if (buffer === null) return false
  if (run.physical === null) return true
  const inside = run.iova >= buffer.handle && run.iova < buffer.handle + buffer.size
  if (!inside) return false
  const expected = buffer.phys + (run.iova - (buffer.handle - (buffer.handle % 4096)))
  return run.physical !== expected
}

function whyUnreachable(judged: Judged, round: RoundResult): string {
  const limit = judged.inUse?.dma?.limit ?? '?'
  if (round.buffer === null) {
    return `no memory is within its reach (last bus address ${limit}): ${round.detail}`
  }
  return `no bus address up to ${limit} reaches its buffer at ${prettyHex(round.buffer.phys)}: ${round.detail}${memoryNote(round)}`
}

function memoryNote(round: RoundResult): string {
  return ` (memory from the ${round.placement === 'lowest' ? 'low' : 'high'} end)`
}

/** A mapping that the core attached first and that the hardware no longer follows. */
function overwriteNote(judged: Judged, machine: Machine): string {
  const mapping = judged.inUse?.mapping ?? null
  if (judged.device === null || mapping === null) return ''
  const attached = machine.iommu.domainOf(judged.device)
  if (attached === null || attached === mapping.domain) return ''
  return `; domain overwritten: ${mapping} was attached first and still backs its DMA operations, but the hardware follows domain ${attached.id}`
}

function leakNote(judged: Judged, machine: Machine): string {
  if (judged.device === null || machine.arm === null) return ''
  const leaks = machine.arm.leaks(judged.device)
  const first = leaks[0]
  if (first === undefined) return ''
  const more = leaks.length > 1 ? ` (and ${leaks.length - 1} more)` : ''
  return `; leak: ${first.why}${more}`
}

function whyNotExercised(judged: Judged, machine: Machine): string {
  const { node, binding, blockedBy, idle } = judged
  if (idle !== null) return idle
  const { kernel, arch } = machine.init
  switch (judged.notExercised) {
    case 'disabled':
      return blockedBy === node || blockedBy === null
        ? `the tree disables it (status = "${node.string('status') ?? ''}")`
        : `the tree disables ${blockedBy.path} above it`
    case 'not-a-master': {
      const row = hardwareRow(node)
      if (row?.pci === true)
        return 'a PCI host: its functions are the masters, and a tree does not list them'
      return `it does no DMA of its own${row?.note === undefined ? '' : `: ${row.note}`}`
    }
    case 'unmodelled': {
      if (binding.kind === 'unbound') return binding.reason
      if (blockedBy !== null) {
        return `dmaplumb does not know who drives ${blockedBy.path} (${blockedBy.compatible[0] ?? 'no compatible string'}), which may create devices below it`
      }
      if (machine.hardware.nodeFor(node) === null)
        return 'the wiring tree has nothing at its address'
      const choice = modelFor(binding, arch === 'arm64', machine.translated(node))
      if (choice.kind === 'unmodelled') return choice.reason
      const provider = machine.unmodelledIommu(node)
      return `its IOMMU ${provider?.path} (${provider?.compatible[0] ?? 'no compatible'}) is not modelled`
    }
    default: {
      if (binding.kind === 'unbound') return binding.reason
      if (blockedBy === null) return `no driver of ${kernel.spec} binds it`
      const what = blockedBy.compatible[0] ?? 'no compatible string'
      const when = whenPopulated(blockedBy, machine)
      return `nothing in ${kernel.spec} creates devices below ${blockedBy.path} (${what})${when}`
    }
  }
}

/** When a wrapper's children begin to get devices, as `: ...`; '' where that is not known. */
function whenPopulated(wrapper: DtNode, machine: Machine): string {
  const { kernel, tree } = machine.init
  const match = catalogueFor(wrapper.compatible)
  if (match === null) return ''
  const { driver, populatesSince } = match.row
  if (populatesSince !== undefined) return `: ${driver} does so since ${populatesSince}`
  const availability = availabilityOf(match, tree.compatible)
  const arrival = kernel.has(availability.id) ? null : arrivalOf(availability, match.since)
  return arrival === null ? '' : `: ${arrival}`
}
