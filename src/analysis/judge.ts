/** Boots a board on a kernel and gives every master its verdict. */
import { assert } from '../base/assert.ts'
import { firstDisabled } from '../devicetree/availability.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { reachable } from '../configure/reachable.ts'
import { deviceDma } from '../dma/device-dma.ts'
import { deviceName } from '../driver-core/device-name.ts'
import type { Device } from '../driver-core/device.ts'
import { groupOf } from '../iommu/groups.ts'
import { assumedFor } from '../machine/assumed.ts'
import { type Binding, bindingOf, hardwareRow, isMaster } from '../machine/binding.ts'
import { modelFor } from '../machine/driver-set.ts'
import { type RoundResult, type UseVerdict, exerciseDevice } from '../machine/exercise.ts'
import { Machine } from '../machine/machine.ts'
import type { Board, Request } from './contract.ts'
import type { InUse, Judged, Judgement } from './judged.ts'
import type { Prepared } from './prepare.ts'
import { reasonFor } from './reason.ts'

/**
 * Boots once, then uses each master of the tree in document order; a worse round beats a better
 * one. IOMMUs and other nodes get no verdict.
 */
export function judgeBoard(board: Board, request: Request, prepared: Prepared): Judgement {
  const { kernel, arch, lpae } = prepared
  const wiring = request.wiring?.tree ?? board.tree
  const init = { tree: board.tree, kernel, arch, lpae, memory: request.memory, wiring }
  const machine = new Machine(init)
  const masters: Judged[] = []
  for (const node of board.tree.nodes()) {
    if (isMaster(node)) masters.push(judgeNode(machine, prepared, node))
  }
  return { board, prepared, machine, masters }
}

function attaches(binding: Binding): boolean {
  return binding.kind === 'bound' && binding.use !== 'dma-api'
}

/** From worst to best: silent damage first. */
const severity: readonly UseVerdict[] = ['corrupt', 'fault', 'unreachable', 'probe-error', 'ok']

function judgeNode(machine: Machine, prepared: Prepared, node: DtNode): Judged {
  const { tree } = machine.init
  const { kernel } = prepared
  const device = machine.populator.deviceFor(node)
  const binding = bindingOf(node, kernel, tree.compatible)
  const blank: Judged = {
    node,
    name: device?.name ?? deviceName(node),
    device,
    binding,
    verdict: 'not-exercised',
    notExercised: null,
    blockedBy: null,
    idle: null,
    assumed: [],
    rounds: [],
    decisive: null,
    // Nothing is claimed about the DMA of a device that no driver of this kernel took.
    inUse: device === null || device.state === 'unbound' ? null : inUse(machine, device),
    reason: '',
  }
  const judged = { ...blank, ...(whyNot(machine, prepared, blank) ?? use(machine, blank)) }
  if (judged.verdict !== 'not-exercised')
    judged.assumed = assumedFor(node, tree, kernel, attaches(judged.binding))
  judged.reason = reasonFor(judged, machine)
  return judged
}

/** What keeps a master from being used at all; null when nothing does. */
function whyNot(machine: Machine, prepared: Prepared, judged: Judged): Partial<Judged> | null {
  const { node, device, binding } = judged
  const disabled = firstDisabled(node)
  if (disabled !== null) return { notExercised: 'disabled', blockedBy: disabled }
  if (hardwareRow(node)?.pci === true) return { notExercised: 'not-a-master' }
  if (binding.kind === 'unbound') return { notExercised: binding.word }
  if (device === null) {
    const why = machine.populator.whyNot(node)
    const blockedBy = why?.reason === 'bus' ? why.node : null
    // A wrapper that the catalogue lacks may well have a driver that creates its children.
    const silent = blockedBy === null || blockedBy.compatible.length === 0
    const known = silent || hardwareRow(blockedBy) !== null
    return { notExercised: known ? 'no-driver' : 'unmodelled', blockedBy }
  }
  if (binding.use === 'none') return { notExercised: 'not-a-master' }
  if (machine.hardware.nodeFor(node) === null) return { notExercised: 'unmodelled' }
  if (machine.hardware.master(node) === null) return { notExercised: 'not-a-master' }
  const translated = machine.translated(node)
  const choice = modelFor(binding, prepared.arch === 'arm64', translated)
  if (choice.kind === 'unmodelled' || machine.unmodelledIommu(node) !== null) {
    return { notExercised: 'unmodelled' }
  }
  return null
}

function use(machine: Machine, judged: Judged): Partial<Judged> {
  const device = judged.device as Device
  if (device.state === 'deferred') return { verdict: 'deferred' }
  if (device.state === 'failed') return { verdict: 'probe-error' }
  const driver = machine.drivers.of(device)
  if (device.state !== 'bound' || driver === null) return { notExercised: 'no-driver' }
  const idle = driver.idle?.(device) ?? null
  if (idle !== null) return { notExercised: idle.word, idle: idle.reason }
  let seen: InUse | null = null
  const rounds = exerciseDevice(machine, device, driver, {
    beforeGo: () => {
      seen ??= inUse(machine, device)
    },
  })
  const decisive = worst(rounds)
  assert(decisive !== null, `${device.name} is bound and does nothing`)
  return { verdict: decisive.verdict, rounds, decisive, inUse: seen ?? judged.inUse }
}

/** The worst round; the first of equals. */
function worst(rounds: readonly RoundResult[]): RoundResult | null {
  let found: RoundResult | null = null
  for (const round of rounds) {
    if (found === null || severity.indexOf(round.verdict) < severity.indexOf(found.verdict)) {
      found = round
    }
  }
  return found
}

/** The last bus address, within what this kernel's dma_addr_t holds. */
function limitText({ init }: Machine, limit: number): string {
  if (init.arch === 'arm64') {
    return limit === Number.MAX_SAFE_INTEGER ? '0xffffffffffffffff' : `0x${limit.toString(16)}`
  }
  const widest = init.lpae ? 2 ** 40 - 1 : 2 ** 32 - 1
  return `0x${Math.min(limit, widest).toString(16)}`
}

/** How a device stands right now. */
function inUse(machine: Machine, device: Device): InUse {
  const dma = deviceDma.of(device)
  const ops = machine.dma.opsFor(device)
  const { maskBits, limit } = reachable(device)
  const attached = machine.iommu.domainOf(device)
  // What the hardware follows; a mapping whose attach touched no hardware still counts as one.
  const own = attached !== null && attached !== (dma.mapping?.domain ?? null)
  const domain = own ? 'unmanaged' : dma.mapping !== null ? 'arm-mapping' : null
  return {
    dma: {
      ops: ops.name,
      coherent: ops.coherent || dma.coherent,
      maskBits,
      limit: limitText(machine, limit),
    },
    domain,
    mapping: dma.mapping,
    group: groupOf(device)?.id ?? null,
  }
}
