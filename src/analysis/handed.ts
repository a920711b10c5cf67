/** How the decisive buffer got its bus address, and whose DMA operations gave it. */
import type { Cause, JournalEvent } from '../base/journal.ts'
import type { Machine } from '../machine/machine.ts'
import type { Judged } from './judged.ts'

/**
 * The call that gave the decisive buffer its handle: the DMA API's answer if there was one, else
 * what a driver mapped by hand; null without a buffer.
 */
export function allocationOf(judged: Judged, machine: Machine): JournalEvent | null {
  const { decisive } = judged
  if (decisive?.buffer == null) return null
  const { handle } = decisive.buffer
  const { from, started } = decisive.events
  const events = machine.journal.events.slice(from, started)
  const answer = events.find((e) => e.data.function !== undefined && e.data.handle === handle)
  return answer ?? events.find((e) => e.kind === 'dma-map' && e.data.iova === handle) ?? null
}

/**
 * The behaviour that made an attach leave the operations alone which gave the decisive handle; null
 * when they were set otherwise.
 */
export function opsLeftAlone(judged: Judged, machine: Machine): Cause | null {
  const owner = allocationOf(judged, machine)?.subject ?? judged.name
  const events = machine.journal.events.slice(0, judged.decisive?.events.started)
  const last = events.findLast((e) => e.kind === 'dma-ops' && e.subject === owner)
  if (last?.data.leftAlone !== true) return null
  return last.causes.find((c) => c.kind === 'switch') ?? null
}
