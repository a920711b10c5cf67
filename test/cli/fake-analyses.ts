/** Analyses that answer at once: the tree's nodes with `iommus` fault on a kernel called `bad`. */
import type {
  Answer,
  Board,
  CheckReport,
  DeviceReport,
  Request,
  Verdict,
} from '../../src/analysis/contract.ts'
import type { Analyses } from '../../src/cli/analyses.ts'

/** Kernels that the fakes know. */
const kernels = ['', 'good', 'bad', 'early']

function unknown<T>(kernel: string): Answer<T> | null {
  if (kernels.includes(kernel)) return null
  const message = `unknown release ${kernel}`
  return { ok: false, diagnostics: [{ severity: 'error', message, remedy: 'near: good' }] }
}

function verdictOn(kernel: string): Verdict {
  if (kernel === 'early') return 'not-exercised'
  return kernel === 'bad' ? 'fault' : 'ok'
}

function devices(board: Board, kernel: string): DeviceReport[] {
  const masters = board.tree.nodes().filter((node) => node.has('iommus'))
  return masters.map((node) => {
    const verdict = verdictOn(kernel)
    return {
      path: node.path,
      name: `${node.unitAddress}.${node.baseName}`,
      compatible: node.compatible,
      driver: verdict === 'not-exercised' ? null : 'fake-drm',
      state: verdict === 'not-exercised' ? 'unbound' : 'bound',
      dma: { ops: 'arm-iommu', coherent: false, maskBits: 32, limit: '0xffffffff' },
      iommus: [{ provider: '/iommu@ff930300', ids: [] }],
      group: 0,
      domain: 'arm-mapping',
      verdict,
      notExercised: verdict === 'not-exercised' ? 'no-driver' : null,
      assumed: kernel === 'bad' ? ['fake-driver'] : [],
      reason: `${node.baseName} is ${verdict} because the fake says so, at some length and in words that will not fit beside the table`,
    }
  })
}

function check(board: Board, request: Request): CheckReport {
  const judged = devices(board, request.kernel)
  const summary: Record<string, number> = {}
  for (const { verdict } of judged) summary[verdict] = (summary[verdict] ?? 0) + 1
  return {
    schemaVersion: 1,
    command: 'check',
    board: { source: board.source, model: board.tree.model, compatible: board.tree.compatible },
    kernel: {
      release: request.kernel || 'good',
      arch: request.arch ?? 'arm',
      lpae: false,
      pageSize: 4096,
      config: request.config?.source ?? null,
      with: [...request.with],
      without: [...request.without],
      cmdline: request.cmdline,
    },
    memory: (request.memory ?? [{ base: 0, size: 2 ** 30 }]).map(({ base, size }) => ({
      base: `0x${base.toString(16)}`,
      size: `0x${size.toString(16)}`,
      assumed: request.memory === null,
    })),
    wiring: request.wiring?.source ?? 'tree',
    devices: judged,
    groups: [{ id: 0, devices: judged.map((d) => d.name) }],
    summary,
    diagnostics: [{ severity: 'note', message: '1 GiB of RAM is assumed' }],
  }
}

export const fakeAnalyses: Analyses = {
  checkBoard: (board, request) =>
    unknown(request.kernel) ?? { ok: true, report: check(board, request) },

  whyDevice(board, device, request) {
    const refusal = unknown<never>(request.kernel)
    if (refusal !== null) return refusal
    const found = devices(board, request.kernel).find((d) => d.name === device)
    if (found === undefined) {
      return { ok: false, diagnostics: [{ severity: 'error', message: `no device ${device}` }] }
    }
    const report = {
      schemaVersion: 1 as const,
      command: 'why' as const,
      board: board.source,
      kernel: request.kernel,
      device: found.name,
      verdict: found.verdict,
      reason: found.reason,
      chain: [
        {
          what: 'The device tree puts the device behind an IOMMU.',
          cause: 'tree',
          source: 'the device tree',
          tree: { node: found.path, property: 'iommus', text: 'iommus = <&mmu>' },
        },
        { what: 'Its driver maps a buffer.', cause: 'fake-drm calls dma_alloc', source: 'fake.c' },
      ],
      assumed: found.assumed,
      diagnostics: [],
    }
    return { ok: true, report }
  },

  diffBoard(board, from, to) {
    const changed = devices(board, to)
      .filter(() => verdictOn(from) !== verdictOn(to))
      .map(({ path }) => ({
        device: path,
        fields: { verdict: [verdictOn(from), verdictOn(to)] as [unknown, unknown] },
        because: ['fake-change'],
      }))
    const report = { schemaVersion: 1 as const, command: 'diff' as const, board: board.source }
    return { ok: true, report: { ...report, from, to, changed, diagnostics: [] } }
  },

  bisectBoard(board, device, good, bad) {
    if (good === 'early') {
      const message = 'early does not exercise the device'
      return { ok: false, diagnostics: [{ severity: 'error', message }] }
    }
    const report = {
      schemaVersion: 1 as const,
      command: 'bisect' as const,
      board: board.source,
      change: {
        id: 'fake-change',
        title: 'arm: break it',
        author: 'A. Maintainer',
        date: '2015-01-01',
        commit: '0123456789ab',
        release: 'v3.19',
      },
      good,
      bad,
      device: device ?? 'ff930000.vop',
      alsoTurned: ['ff940000.vop'],
      steps: [
        { kernel: good, verdict: 'ok' as const },
        { kernel: bad, verdict: 'fault' as const },
      ],
      reason: 'The attach no longer sets the operations.',
      diagnostics: [],
    }
    return { ok: true, report }
  },

  matrixBoards(boards, specs, _request, progress) {
    const total = boards.length
    const rows = boards.flatMap((board, i) => {
      progress?.(i + 1, total)
      return devices(board, 'good').map(({ path }) => ({
        board: board.source,
        device: path,
        verdicts: specs.map(verdictOn),
        assumed: specs.map((spec) => (spec === 'bad' ? ['fake-driver'] : [])),
      }))
    })
    const report = { schemaVersion: 1 as const, command: 'matrix' as const, kernels: [...specs] }
    return { ok: true, report: { ...report, rows, diagnostics: [] } }
  },

  history(kernel) {
    const refusal = unknown<never>(kernel ?? '')
    if (refusal !== null) return refusal
    const report = {
      schemaVersion: 1 as const,
      command: 'history' as const,
      releases: [{ name: 'v3.19', date: '2015-02-08', changes: ['fake-change'] }],
      changes: [
        {
          id: 'fake-change',
          commit: '0123456789ab',
          title: 'arm: break it',
          author: 'A. Maintainer',
          date: '2015-01-01',
          release: 'v3.19',
          kind: 'plumbing',
          arch: 'arm',
          subsystem: 'arm',
          requires: [],
          conflicts: [],
          sets: { 'dma.attachSetsOps': false },
          effect: { before: 'works', after: 'does not' },
          source: 'a fake',
          confidence: 'memory',
        },
      ],
      switches: [{ name: 'dma.attachSetsOps', doc: 'A switch.', value: false, setBy: null }],
    }
    return { ok: true, report }
  },
}
