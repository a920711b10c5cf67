/** `check`: boots a board on a kernel and reports every master. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { phandleArgs } from '../devicetree/phandles.ts'
import type { DtNode } from '../devicetree/tree.ts'
import { deviceName } from '../driver-core/device-name.ts'
import { groupOf } from '../iommu/groups.ts'
import type { Machine } from '../machine/machine.ts'
import type { Answer, Board, CheckReport, DeviceReport, Request } from './contract.ts'
import { judgeBoard } from './judge.ts'
import type { Judged, Judgement } from './judged.ts'
import { prepareKernel } from './prepare.ts'
import { isLostBus } from './set-up-story.ts'

/**
 * The report of one board on one kernel. Refuses only what cannot be booted, such as a bad kernel
 * spec; trouble of a device is a verdict in the report.
 */
export function checkBoard(board: Board, request: Request): Answer<CheckReport> {
  const { prepared, diagnostics } = prepareKernel(board, request)
  if (prepared === null) return { ok: false, diagnostics }
  return {
    ok: true,
    report: checkReport(judgeBoard(board, request, prepared), request, diagnostics),
  }
}

/** The report of a judgement. */
export function checkReport(
  judgement: Judgement,
  request: Request,
  diagnostics: readonly Diagnostic[],
): CheckReport {
  const { board, prepared, machine, masters } = judgement
  const { kernel, arch, lpae, pageSize } = prepared
  const { tree } = board
  const byNode = new Map(masters.map((m) => [m.node, deviceReport(m, machine)]))
  const devices: DeviceReport[] = []
  for (const node of tree.nodes()) {
    const report = byNode.get(node) ?? (request.all ? otherDevice(node, machine) : null)
    if (report !== null) devices.push(report)
  }
  const summary: Record<string, number> = {}
  for (const { verdict } of masters) summary[verdict] = (summary[verdict] ?? 0) + 1
  return {
    schemaVersion: 1,
    command: 'check',
    board: { source: board.source, model: tree.model, compatible: [...tree.compatible] },
    kernel: {
      release: kernel.release,
      arch,
      lpae,
      pageSize,
      config: kernel.config?.source ?? null,
      with: [...kernel.addedByUser],
      without: [...kernel.removedByUser],
      cmdline: kernel.cmdline,
    },
    memory: machine.layout.banks.map(({ base, size, assumed }) => ({
      base: `0x${base.toString(16)}`,
      size: `0x${size.toString(16)}`,
      assumed,
    })),
    wiring: request.wiring?.source ?? 'tree',
    devices,
    groups: machine.iommu.groups.all
      .filter((group) => group.devices.length > 0)
      .map(({ id, devices: members }) => ({ id, devices: members.map((d) => d.name) })),
    summary,
    diagnostics: [
      ...diagnostics,
      ...lostBuses(machine),
      ...machine.layout.diagnostics,
      ...machine.hardware.wiring.diagnostics,
    ],
  }
}

/** IOMMU drivers that were built in and found their bus taken. */
function lostBuses(machine: Machine): Diagnostic[] {
  const lost = machine.journal.events.filter(isLostBus)
  return lost.map((event) => ({
    severity: 'warning',
    message: `${event.text}; its devices run without it`,
  }))
}

/** A master's line of the report. */
export function deviceReport(judged: Judged, machine: Machine): DeviceReport {
  const { node, device, binding, inUse } = judged
  const state = device?.state ?? 'unbound'
  const driver = device?.driver?.name ?? null
  return {
    path: node.path,
    name: judged.name,
    compatible: [...node.compatible],
    // A driver that failed or waits is still the one that the verdict is about.
    driver: driver ?? (state !== 'unbound' && binding.kind === 'bound' ? binding.driver : null),
    state,
    dma: inUse?.dma ?? null,
    iommus: iommusOf(node, machine),
    group: inUse?.group ?? null,
    domain: inUse?.domain ?? null,
    verdict: judged.verdict,
    notExercised: judged.notExercised,
    assumed: [...judged.assumed],
    reason: judged.reason,
  }
}

function iommusOf(node: DtNode, machine: Machine): DeviceReport['iommus'] {
  return phandleArgs(machine.init.tree, node, 'iommus', '#iommu-cells').flatMap((entry) =>
    entry.provider === null
      ? []
      : [{ provider: entry.provider.path, ids: entry.args.map((id) => `0x${id.toString(16)}`) }],
  )
}

/** An IOMMU or a node that is no master, for `--all`: only nodes that could be devices. */
function otherDevice(node: DtNode, machine: Machine): DeviceReport | null {
  if (node.compatible.length === 0 || node.parent === null) return null
  const device = machine.populator.deviceFor(node)
  return {
    path: node.path,
    name: device?.name ?? deviceName(node),
    compatible: [...node.compatible],
    driver: device?.driver?.name ?? null,
    state: device?.state ?? 'unbound',
    dma: null,
    iommus: [],
    group: device === null ? null : (groupOf(device)?.id ?? null),
    domain: null,
    verdict: 'not-exercised',
    notExercised: 'not-a-master',
    assumed: [],
    reason: hardwareIommu(node, machine) ? 'an IOMMU' : 'not known to master the bus',
  }
}

function hardwareIommu(node: DtNode, machine: Machine): boolean {
  return machine.hardware.iommus.has(node) || node.has('#iommu-cells')
}
