/** `why`: the chain of causes behind one device's verdict, as a maintainer would tell it. */
import { prettyHex } from '../base/addr.ts'
import { propertyText } from '../devicetree/value-text.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { hardwareRow } from '../machine/binding.ts'
import { describeRun } from '../interconnect/traffic-log.ts'
import { findChange } from '../policy/changes.ts'
import { causeSource, causeText, citeChange } from './citation.ts'
import type { Answer, Board, Request, WhyReport, WhyStep } from './contract.ts'
import { findDevice } from './find-device.ts'
import { judgeBoard } from './judge.ts'
import type { Judged, Judgement } from './judged.ts'
import { prepareKernel } from './prepare.ts'
import { allocationOf, opsLeftAlone } from './handed.ts'
import { setUpStory } from './set-up-story.ts'

/** What every verdict takes as met; said once. */
export const TAKEN_AS_MET =
  'clocks, supplies, power domains, PHYs, encoders and firmware are taken as met'

/** `device`: a node path, a label, an alias or a Linux device name. */
export function whyDevice(board: Board, device: string, request: Request): Answer<WhyReport> {
  const { prepared, diagnostics } = prepareKernel(board, request)
  if (prepared === null) return { ok: false, diagnostics }
  const node = findDevice(board.tree, device)
  if ('severity' in node) return { ok: false, diagnostics: [...diagnostics, node] }
  const judgement = judgeBoard(board, request, prepared)
  const judged = judgement.masters.find((m) => m.node === node)
  if (judged === undefined) {
    const problem = {
      severity: 'error' as const,
      message: `${node.path} has no verdict of its own: it is not known to master the bus`,
      at: { path: node.path },
      remedy: clientsOf(node, judgement),
    }
    return { ok: false, diagnostics: [...diagnostics, problem] }
  }
  const report: WhyReport = {
    schemaVersion: 1,
    command: 'why',
    board: board.source,
    kernel: prepared.kernel.spec,
    device: node.path,
    verdict: judged.verdict,
    reason: judged.reason,
    chain: new Narrator(judgement, judged).chain(),
    assumed: [...judged.assumed],
    diagnostics: [...diagnostics, ...judgement.machine.layout.diagnostics],
  }
  return { ok: true, report }
}

class Narrator {
  readonly #judgement: Judgement
  readonly #judged: Judged

  constructor(judgement: Judgement, judged: Judged) {
    this.#judgement = judgement
    this.#judged = judged
  }

  chain(): WhyStep[] {
    if (this.#judged.verdict === 'not-exercised') return [this.#wired(), ...this.#missing()]
    return [
      this.#wired(),
      ...this.#wrongTree(),
      this.#driver(),
      ...this.#setUp(),
      ...this.#programming(),
      ...this.#handed(),
      ...this.#travelled(),
      this.#verdict(),
    ]
  }

  /** What stands between the device and memory. */
  #wired(): WhyStep {
    const { node, name } = this.#judged
    const { machine } = this.#judgement
    const master = machine.hardware.master(node)
    const property = node.prop('iommus')
    if (property === undefined) {
      const what = `${name} has no IOMMU in front of it: its bus addresses go straight to memory.`
      return { what, cause: 'no iommus property', source: node.path }
    }
    const units = (master?.wiring.ports ?? []).flatMap((port) =>
      port.iommu === null ? [] : [port.iommu.provider.path],
    )
    const behind = units.length === 0 ? 'an IOMMU' : [...new Set(units)].join(' and ')
    const text = propertyText(property, machine.init.tree)
    return {
      what: `${name} reaches memory through ${behind}.`,
      cause: `device tree: ${text}`,
      source: node.path,
      tree: { node: node.path, property: 'iommus', text },
    }
  }

  /** An IOMMU that the tree disables stays as reset left it. */
  #wrongTree(): WhyStep[] {
    const { node } = this.#judged
    const { tree } = this.#judgement.machine.init
    return providersOf(node, tree).flatMap((provider) => {
      const status = provider.prop('status')
      const value = provider.string('status')
      if (status === undefined || value === 'okay' || value === 'ok') return []
      const text = propertyText(status, tree)
      return [
        {
          what: `Linux makes no device for ${provider.path}, so no driver ever programs it: it stays at reset and lets everything pass unchanged.`,
          cause: `device tree: ${text}`,
          source: provider.path,
          tree: { node: provider.path, property: 'status', text },
        },
      ]
    })
  }

  #driver(): WhyStep {
    const { binding, name, assumed } = this.#judged
    if (binding.kind !== 'bound') return { what: `${name} has no driver.`, cause: '', source: '' }
    const added = assumed.map((id) => {
      const change = this.#judgement.prepared.kernel.changes.find((c) => c.id === id)
      return change === undefined
        ? id
        : `${id} (${change.candidate ?? change.release ?? 'never merged'})`
    })
    const release = this.#judgement.prepared.kernel.release
    const note =
      added.length === 0 ? '' : ` ${release} itself lacks ${added.join(', ')}; added here.`
    return {
      what: `${binding.driver} drives it.${note}`,
      cause: `compatible "${binding.match.compatible}"`,
      source: `driver catalogue, read from ${binding.match.row.source}`,
    }
  }

  /** How its DMA was set up: configuration, attach, operations, in the order it happened. */
  #setUp(): WhyStep[] {
    const names = new Set([this.#judged.name])
    const alloc = allocationOf(this.#judged, this.#judgement.machine)
    if (alloc !== null) names.add(alloc.subject)
    return setUpStory(this.#judgement, this.#judged, names)
  }

  /** What was written into the IOMMUs of this device before it started. */
  #programming(): WhyStep[] {
    const { node, decisive } = this.#judged
    const { journal, hardware, init } = this.#judgement.machine
    const steps: WhyStep[] = []
    for (const provider of providersOf(node, init.tree)) {
      const here = hardware.nodeFor(provider)
      for (const unit of here === null ? [] : (hardware.iommus.get(here) ?? [])) {
        const writes = journal.events
          .slice(0, decisive?.events.started ?? journal.events.length)
          .filter((e) => e.kind === 'register-write' && e.subject === unit.name)
        const last = new Map(writes.map((e) => [e.data.register, e]))
        const shown = [...last.values()].map(
          (e) => `${e.data.register} = ${prettyHex(Number(e.data.value))}`,
        )
        const more =
          shown.length > MOST_REGISTERS ? ` and ${shown.length - MOST_REGISTERS} more` : ''
        const list = shown.slice(0, MOST_REGISTERS).join(', ')
        const what =
          shown.length === 0
            ? `Nothing was ever written to ${unit.name}: it is as reset left it.`
            : `By then ${unit.name} had been programmed: ${list}${more}.`
        const cause =
          shown.length === 0 ? 'no register write' : 'last value written to each register'
        steps.push({ what, cause, source: provider.path })
      }
    }
    return steps
  }

  #handed(): WhyStep[] {
    const { decisive } = this.#judged
    const alloc = allocationOf(this.#judged, this.#judgement.machine)
    if (decisive?.buffer == null || alloc === null) return []
    const { handle, phys } = decisive.buffer
    const by =
      typeof alloc.data.ops === 'string' ? `the ${alloc.data.ops} operations` : 'iommu_map()'
    const same = handle === phys ? ', the same number' : ''
    const whose =
      alloc.subject === this.#judged.name || alloc.subject === '' ? '' : ` of ${alloc.subject}`
    return [
      {
        what: `The driver got bus address ${prettyHex(handle)} for memory at ${prettyHex(phys)}${same}, from ${by}${whose}.`,
        cause: alloc.causes[0] === undefined ? 'iommu_map()' : causeText(alloc.causes[0]),
        source: alloc.text,
      },
    ]
  }

  #travelled(): WhyStep[] {
    const { decisive, name } = this.#judged
    if (decisive === null) return []
    const telling = decisive.traffic.find((run) => run.how === 'fault') ?? decisive.traffic[0]
    if (telling === undefined) return []
    const steps: WhyStep[] = [
      { what: `${name} ${describeRun(telling)}.`, cause: telling.why, source: decisive.round },
    ]
    const fault = decisive.fault
    if (fault !== null && fault.registers.length > 0) {
      const shown = fault.registers.map((r) => `${r.name} = ${prettyHex(r.value)}`).join(', ')
      steps.push({
        what: `${fault.block} reports ${shown}.`,
        cause: 'fault registers',
        source: fault.block,
      })
    }
    return steps
  }

  #verdict(): WhyStep {
    const { verdict, reason } = this.#judged
    const culprit = verdict === 'fault' ? opsLeftAlone(this.#judged, this.#judgement.machine) : null
    return {
      what: `So the verdict is ${verdict}: ${reason}.`,
      cause: culprit === null ? this.#evidence() : causeText(culprit),
      source:
        culprit === null ? TAKEN_AS_MET : causeSource(culprit, this.#judgement.prepared.kernel),
    }
  }

  /** What the verdict rests on where no kernel behaviour is to blame. */
  #evidence(): string {
    const { decisive } = this.#judged
    return decisive !== null && decisive.buffer !== null
      ? 'what arrived'
      : 'what its driver answered'
  }

  /** Why a device was never used, and what would change that. */
  #missing(): WhyStep[] {
    const { reason, binding, blockedBy } = this.#judged
    const { tree } = this.#judgement.machine.init
    const status = blockedBy?.prop('status')
    if (blockedBy !== null && status !== undefined && this.#judged.notExercised === 'disabled') {
      const text = propertyText(status, tree)
      const at = { node: blockedBy.path, property: 'status', text }
      return [
        {
          what: `Not exercised: ${reason}.`,
          cause: `device tree: ${text}`,
          source: blockedBy.path,
          tree: at,
        },
      ]
    }
    const needs = binding.kind === 'unbound' ? binding.needs : null
    const change = needs === null ? undefined : findChange(needs)
    return [
      {
        what: `Not exercised: ${reason}.`,
        cause: this.#judged.notExercised ?? '',
        source: change === undefined ? (needs ?? 'driver catalogue') : citeChange(change),
      },
    ]
  }
}

/** Registers of a block that are quoted. */
const MOST_REGISTERS = 8

/** Whom to ask instead: masters behind an IOMMU, parts of a card. */
function clientsOf(node: DtNode, judgement: Judgement): string | undefined {
  const { tree } = judgement.board
  const clients = judgement.masters.filter((m) => {
    const component = hardwareRow(m.node)?.component
    const part = component !== undefined && node.compatible.includes(component)
    return part || providersOf(m.node, tree).includes(node)
  })
  const names = clients.slice(0, 4).map((m) => m.name)
  return names.length === 0 ? undefined : `ask about ${names.join(', ')}`
}

function providersOf(node: DtNode, tree: Judgement['board']['tree']): DtNode[] {
  const cells = node.cells('iommus') ?? []
  const found = new Set<DtNode>()
  for (const cell of cells) {
    const provider = tree.byPhandle(cell)
    if (provider?.has('#iommu-cells') === true) found.add(provider)
  }
  return [...found]
}
