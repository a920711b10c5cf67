/** One walk with everything that there is to say about it: each entry, and the result or the fault. */
import type { Iova, Phys } from '../../base/addr.ts'
import type { MemoryPort } from '../../base/memory.ts'
import type { FormatSpec, WalkStep } from '../contract.ts'
import { type DecodedEntry, decodeEntry } from '../describe.ts'
import { layoutOf, leafLayout } from '../layout.ts'
import { walk } from '../walk.ts'
import { type FaultCause, faultFamilyOf, type FaultTerm, faultTerm } from './fault-terms.ts'
import { halvesOf, intoFormat, type IoAddress } from './io-address.ts'

/** What a device wants to do. */
export interface WalkedAccess {
  read: boolean
  write: boolean
}

/** One entry on the way. */
export interface ExplainedStep {
  /** The architecture's number. */
  level: number
  table: Phys
  index: number
  /** Address of the entry. */
  at: Phys
  lo: number
  hi: number
  entry: DecodedEntry
}

/** What a walk comes to. */
export type WalkOutcome =
  | {
      kind: 'mapped'
      /** First byte of the 4 KiB page, and the byte in it. */
      address: IoAddress
      /** Of the page that maps it. */
      bytes: number
      read: boolean
      write: boolean
    }
  | {
      kind: 'fault'
      cause: FaultCause
      /** Of the entry that decided; null: none was read. */
      level: number | null
      term: FaultTerm
      /** The first link on the way that took the right away; a page that does so itself is none. */
      deniedBy?: { level: number; at: Phys }
    }
  /** The image does not hold the entry; `term` is what hardware says where nothing answers. */
  | { kind: 'not-held'; level: number; at: Phys; term: FaultTerm }

/** See the head of the file. */
export interface Explanation {
  steps: readonly ExplainedStep[]
  outcome: WalkOutcome
}

/** Walks for one address. `root` lies in `memory` or the outcome is `not-held`. */
export function explainWalk(
  format: FormatSpec,
  memory: MemoryPort,
  root: Phys,
  address: IoAddress,
  access: WalkedAccess = { read: true, write: false },
): Explanation {
  const family = faultFamilyOf(format)
  const levelOf = (index: number) => format.levelNumbers?.[index] ?? index + 1
  const fault = (cause: FaultCause, index: number, write: boolean, skips = false): WalkOutcome => {
    const last = index === format.levels.length - 1
    const present = cause === 'permission' || cause === 'reserved'
    const at = { index, level: levelOf(index), last, write, present, skips }
    const level = cause === 'input' ? null : at.level
    return { kind: 'fault', cause, level, term: faultTerm(format, cause, at) }
  }
  const asksWrite = access.write && !access.read
  const page = intoFormat(format, halvesOf(format, family.signed === true), address.page)
  if (page === null) return { steps: [], outcome: fault('input', 0, asksWrite) }
  const found = walk(format, memory, root, page)
  const wide = found.steps.findIndex((step) => isWide(format, step, page))
  const kept = wide < 0 ? found.steps : found.steps.slice(0, wide + 1)
  const steps = explainSteps(format, root, page, kept)
  const end = kept.at(-1)
  // Not the number of entries that were read: a link may lead past levels.
  const at = end?.level ?? 0
  if (wide >= 0) return { steps, outcome: fault('output', at, asksWrite) }
  if (found.kind === 'fault') {
    if (found.reason === 'bus-error') {
      const { term } = fault('fetch', found.level, asksWrite) as { term: FaultTerm }
      const entry = entryAddress(format, nextTable(format, root, end), page, found.level)
      const level = levelOf(found.level)
      return { steps, outcome: { kind: 'not-held', level, at: entry, term } }
    }
    const skips = end?.kind === 'table'
    const reserved = skips || (end !== undefined && family.inUse?.(end.lo, end.hi) === true)
    const cause = reserved ? 'reserved' : 'invalid'
    return { steps, outcome: fault(cause, found.level, asksWrite, skips) }
  }
  const flag = (name: string | undefined) =>
    name !== undefined && end !== undefined && leafField(format, end, name) === 0
  const { read, write } = found
  const denied = (asked: 'read' | 'write'): Explanation => {
    const link = kept.find((step) => !linkAllows(format, step, asked))
    const by = link === undefined ? {} : { deniedBy: { level: levelOf(link.level), at: link.at } }
    return { steps, outcome: { ...fault('permission', at, asked === 'write'), ...by } }
  }
  if (flag(family.accessFlag)) return { steps, outcome: fault('access-flag', at, asksWrite) }
  if (access.read && !read) return denied('read')
  if (access.write && !write) return denied('write')
  if (access.write && flag(family.dirtyFlag)) {
    return { steps, outcome: fault('access-flag', at, true) }
  }
  const to = { page: found.address, offset: address.offset }
  return { steps, outcome: { kind: 'mapped', address: to, bytes: 2 ** found.lg2, read, write } }
}

/** False for a link whose rights are joined into those of all below it, without this one. */
function linkAllows(format: FormatSpec, step: WalkStep, asked: 'read' | 'write'): boolean {
  if (step.kind !== 'table' || format.linkPermissions === undefined) return true
  return format.linkPermissions(step.lo, step.hi, step.level)[asked]
}

/** True when the entry leads to an address that hardware takes for too wide. */
function isWide(format: FormatSpec, { level, lo, hi, kind }: WalkStep, page: Iova): boolean {
  const layout = layoutOf(format)
  const { outputLimit } = layout
  const { next } = layout.levels[level]!
  if (kind === 'table') return next !== null && next.stamp.address(lo, hi) >= outputLimit
  if (kind === 'empty') return false
  return leafLayout(layout, lo, hi, level).output(lo, hi, page) >= outputLimit
}

function leafField(format: FormatSpec, { lo, hi, level }: WalkStep, name: string): number | null {
  const { word } = format.leafOf(lo, hi, level)
  return word.rows.some((row) => row.name === name) ? word.field(name, lo, hi) : null
}

function nextTable(format: FormatSpec, root: Phys, step: WalkStep | undefined): Phys {
  if (step === undefined) return root
  const { next } = layoutOf(format).levels[step.level]!
  return next === null ? root : next.stamp.address(step.lo, step.hi)
}

function indexOf(format: FormatSpec, page: Iova, level: number): number {
  const { scale, entries } = layoutOf(format).levels[level]!
  return Math.floor(page * scale) % entries
}

function entryAddress(format: FormatSpec, table: Phys, page: Iova, level: number): Phys {
  return table + indexOf(format, page, level) * layoutOf(format).stride
}

function explainSteps(
  format: FormatSpec,
  root: Phys,
  page: Iova,
  steps: readonly WalkStep[],
): ExplainedStep[] {
  return steps.map(({ level, at, lo, hi }, i) => {
    const entry = decodeEntry(format, lo, hi)[level]!
    const table = nextTable(format, root, steps[i - 1])
    return { level: entry.level, table, index: indexOf(format, page, level), at, lo, hi, entry }
  })
}
