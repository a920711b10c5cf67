/**
 * What the analyses take and return. The report types are the JSON contract, schema version 1:
 * the CLI and the web page print them as they are.
 */
import type { Diagnostic } from '../base/diagnostic.ts'
import type { DeviceTree } from '../devicetree/tree.ts'

/** A board as the user gave it. */
export interface Board {
  /** File name, `-` or `board:NAME`. */
  source: string
  tree: DeviceTree
}

/** What the user asked for; everything that changes an outcome. */
export interface Request {
  /** A kernel spec, e.g. `v3.19-rc5+drivers`; '' for the newest modelled release. */
  kernel: string
  with: readonly string[]
  without: readonly string[]
  /** A kernel .config; null: the drivers of this board's SoC are built in. */
  config: { source: string; text: string } | null
  cmdline: string
  /** RAM to assume; null: what the tree says, else a documented default. Bytes. */
  memory: readonly { base: number; size: number }[] | null
  /** What the hardware really is; null: the tree under test. */
  wiring: Board | null
  arch: 'arm' | 'arm64' | null
  /** IOMMUs and nodes that are no masters too. */
  all: boolean
}

/** A request that asks for nothing special: the newest modelled release, all else by default. */
export const plainRequest: Request = {
  kernel: '',
  with: [],
  without: [],
  config: null,
  cmdline: '',
  memory: null,
  wiring: null,
  arch: null,
  all: false,
}

/**
 * Every verdict that a device can get, in the order in which counts are listed. The first five
 * after `ok` mean trouble; `not-exercised` claims nothing.
 */
export const verdicts = [
  'ok',
  'fault',
  'corrupt',
  'probe-error',
  'deferred',
  'unreachable',
  'not-exercised',
] as const
/**
 * `ok`: every byte arrived. `fault`: an IOMMU refused. `corrupt`: bytes went astray. `probe-error`:
 * probe or set-up failed. `deferred`: its probe still waits. `unreachable`: memory lies beyond what
 * the master can address. `not-exercised`: nothing was transferred.
 */
export type Verdict = (typeof verdicts)[number]

/**
 * Why nothing was transferred. `no-binding`: the driver is there and lacks the match entry.
 * `not-a-master`: the node or its driver does no DMA of its own. `unmodelled`: driver or IOMMU are
 * unknown here.
 */
export type NotExercised = 'no-driver' | 'disabled' | 'no-binding' | 'not-a-master' | 'unmodelled'

/**
 * One row of `check`: a node of the tree, how its DMA stood when its first transfer began (else
 * after boot), and the verdict. Addresses are hexadecimal text, masks are in bits.
 */
export interface DeviceReport {
  path: string
  name: string
  compatible: readonly string[]
  driver: string | null
  state: 'bound' | 'deferred' | 'failed' | 'unbound'
  dma: {
    ops: 'arm' | 'arm-coherent' | 'arm-iommu' | 'arm-iommu-coherent' | 'direct' | 'iommu'
    coherent: boolean
    maskBits: number
    /** Last bus address reachable, `0x...`. */
    limit: string
  } | null
  iommus: { provider: string; ids: string[] }[]
  group: number | null
  domain: 'arm-mapping' | 'unmanaged' | 'dma' | 'dma-fq' | 'identity' | 'blocked' | null
  verdict: Verdict
  notExercised: NotExercised | null
  /** Availability changes that the device needed and the release lacks. */
  assumed: string[]
  /** One sentence. */
  reason: string
}

/**
 * What `check` answers: every master in document order, on one board and one kernel. `base` and
 * `size` of RAM are hexadecimal bytes, `pageSize` is in bytes; `summary` counts devices by verdict.
 */
export interface CheckReport {
  schemaVersion: 1
  command: 'check'
  board: { source: string; model: string; compatible: readonly string[] }
  kernel: {
    release: string
    arch: 'arm' | 'arm64'
    lpae: boolean
    pageSize: number
    config: string | null
    with: string[]
    without: string[]
    cmdline: string
  }
  memory: { base: string; size: string; assumed: boolean }[]
  wiring: string
  devices: DeviceReport[]
  groups: { id: number; devices: string[] }[]
  summary: Record<string, number>
  diagnostics: Diagnostic[]
}

/**
 * One link of a chain of causes: what happened, what made it so, and where that can be read (a
 * kernel file, a change, a node). `tree` quotes the property, if one is the cause.
 */
export interface WhyStep {
  what: string
  cause: string
  source: string
  tree?: { node: string; property: string; text: string }
}

/**
 * What `why` answers: the causes behind the verdict of one device (a node path), from the wiring to
 * the bytes, in the order in which they took effect.
 */
export interface WhyReport {
  schemaVersion: 1
  command: 'why'
  board: string
  kernel: string
  device: string
  verdict: Verdict
  /** One sentence, as in `check`. */
  reason: string
  chain: WhyStep[]
  assumed: string[]
  diagnostics: Diagnostic[]
}

/**
 * What `diff` answers: devices that differ between two kernel specs. `fields` has the value before
 * and after; `because` has the ids of the changes at which one of them moved.
 */
export interface DiffReport {
  schemaVersion: 1
  command: 'diff'
  board: string
  from: string
  to: string
  changed: { device: string; fields: Record<string, [unknown, unknown]>; because: string[] }[]
  diagnostics: Diagnostic[]
}

/**
 * What `bisect` answers: the first change on the way from `good` to `bad` (kernel specs) at which
 * `device` (a node path) goes bad, with every kernel that was tried, in order.
 */
export interface BisectReport {
  schemaVersion: 1
  command: 'bisect'
  board: string
  change: {
    id: string
    title: string
    author: string
    date: string | null
    commit: string | null
    release: string | null
  }
  good: string
  bad: string
  device: string
  /** Other devices that the same two kernels turn from ok to bad. */
  alsoTurned: string[]
  steps: { kernel: string; verdict: Verdict }[]
  reason: string
  diagnostics: Diagnostic[]
}

/**
 * What `matrix` answers: one row a board and device, `verdicts` and `assumed` in the order of
 * `kernels`. Devices that no kernel exercises have no row.
 */
export interface MatrixReport {
  schemaVersion: 1
  command: 'matrix'
  /** As typed. */
  kernels: string[]
  rows: { board: string; device: string; verdicts: Verdict[]; assumed: string[][] }[]
  diagnostics: Diagnostic[]
}

/**
 * What `history` answers: modelled releases with the ids of their changes, the change rows (of one
 * kernel where one was named), and its switches with the id of the change that set each; null: as
 * in v3.18.
 */
export interface HistoryReport {
  schemaVersion: 1
  command: 'history'
  releases: { name: string; date: string; changes: string[] }[]
  changes: object[]
  switches: { name: string; doc: string; value: unknown; setBy: string | null }[]
}

/**
 * An analysis either yields its report or refuses: a bad kernel spec, an unknown device, an end of
 * a bisection that was not exercised. Refusals are the user's to mend (exit code 2).
 */
export type Answer<Report> = { ok: true; report: Report } | { ok: false; diagnostics: Diagnostic[] }

/*
 * The analyses, each in a file of its name:
 *   check.ts    checkBoard(board: Board, request: Request): Answer<CheckReport>
 *   why.ts      whyDevice(board, device: string, request): Answer<WhyReport>
 *   diff.ts     diffBoard(board, from: string, to: string, request): Answer<DiffReport>
 *   bisect.ts   bisectBoard(board, device: string | null, good, bad, request): Answer<BisectReport>
 *   matrix.ts   matrixBoards(boards: readonly Board[], kernels: readonly string[], request,
 *                 progress?: (done: number, total: number) => void): Answer<MatrixReport>
 *   history.ts  history(kernel: string | null): Answer<HistoryReport>
 */
