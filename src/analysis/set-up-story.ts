/** How a device's DMA was set up, event by event, told in sentences. */
import type { Cause, JournalEvent } from '../base/journal.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { causeSource, causeText } from './citation.ts'
import type { WhyStep } from './contract.ts'
import type { Judged, Judgement } from './judged.ts'

/** Events that change how a device does DMA. */
const telling: ReadonlySet<JournalEvent['kind']> = new Set([
  'iommu-configure',
  'dma-configure',
  'dma-ops',
  'attach',
  'leak',
  'deferred',
  'probe-result',
])

/**
 * The story of `subjects` (the device, and the one that its memory was allocated against) up to the
 * decisive start. What an event led to at once is told with it.
 */
export function setUpStory(
  judgement: Judgement,
  judged: Judged,
  subjects: ReadonlySet<string>,
): WhyStep[] {
  const { kernel } = judgement.prepared
  const { events } = judgement.machine.journal
  const steps: WhyStep[] = []
  let previous: JournalEvent | null = null
  for (const event of events.slice(0, judged.decisive?.events.started ?? events.length)) {
    const lost = judged.node.has('iommus') && isLostBus(event)
    if (!lost && (!telling.has(event.kind) || !subjects.has(event.subject))) continue
    if (isNoise(event) || inEarlierRound(judged, event)) continue
    const last = steps.at(-1)
    const isProbe = (e: JournalEvent) => e.kind === 'probe' && e.subject === event.subject
    const sentence = sentenceOf(event, judged, events.slice(0, event.seq).some(isProbe))
    if (last !== undefined && previous !== null && follows(previous, event)) {
      last.what += ` ${sentence}`
      Object.assign(last, why(event, kernel))
    } else steps.push({ what: sentence, ...why(event, kernel) })
    previous = event
  }
  return steps
}

/** A second IOMMU driver that found the bus taken: its masters never hear of it again. */
export function isLostBus(event: JournalEvent): boolean {
  return event.kind === 'bus-ops' && event.data.owner !== undefined
}

/** Operations that change, and what configuration concluded, belong to what made them so. */
function follows(before: JournalEvent, event: JournalEvent): boolean {
  if (before.subject !== event.subject) return false
  if (event.kind === 'dma-ops') return before.kind !== 'dma-ops'
  return event.kind === 'dma-configure' && before.kind === 'iommu-configure'
}

function isNoise(event: JournalEvent): boolean {
  // A probe that succeeded, and a configuration that says no more than the events around it.
  if (event.kind === 'probe-result') return event.data.result === undefined
  return (
    event.kind === 'dma-configure' && event.data.ranges == null && event.data.configured !== false
  )
}

/** Rounds that were played before the decisive one would repeat themselves. */
function inEarlierRound(judged: Judged, event: JournalEvent): boolean {
  const { decisive, rounds } = judged
  const first = rounds[0]
  if (decisive === null || first === undefined || decisive === first) return false
  return event.seq >= first.events.from && event.seq < decisive.events.from
}

function sentenceOf(event: JournalEvent, judged: Judged, probed: boolean): string {
  const own = event.subject === judged.name
  if (event.kind === 'dma-ops') {
    const whose = own ? 'Its DMA operations' : `The DMA operations of ${event.subject}`
    const { before, after, leftAlone } = event.data
    if (leftAlone === true) return `${whose} stay ${after}: attaching leaves them alone.`
    const now = after ?? 'NULL, which means the plain ones'
    return before === after ? `${whose} are ${now} again.` : `${whose} become ${now}.`
  }
  if (event.kind === 'iommu-configure') {
    const answer = event.text.slice(event.text.indexOf(': ') + 2).replace(', ', ': ')
    const when = probed ? 'probed' : 'created'
    return `When ${event.subject} is ${when}, of_iommu_configure() answers ${answer}.`
  }
  if (event.kind === 'attach') {
    const result = event.text.slice(event.text.lastIndexOf(': ') + 2)
    const call = event.causes.find((c) => c.kind === 'call')
    const who = call === undefined || call.driver === '' ? 'The core' : call.driver
    const how = call === undefined ? 'iommu_attach_device' : call.function
    return `${who} attaches ${event.subject} to domain ${event.data.domain} with ${how}(): ${result}.`
  }
  return `${event.text}.`
}

function why(event: JournalEvent, kernel: Kernel): Omit<WhyStep, 'what'> {
  const cause = mostTelling(event.causes)
  if (cause === null) return { cause: event.kind, source: kernel.release }
  const step: Omit<WhyStep, 'what'> = {
    cause: causeText(cause),
    source: causeSource(cause, kernel),
  }
  if (cause.kind === 'tree') {
    step.tree = { node: cause.node, property: cause.property, text: cause.text }
  }
  return step
}

/** A behaviour that some change set says most, then any behaviour, then whatever there is. */
function mostTelling(causes: readonly Cause[]): Cause | null {
  const changed = causes.find((c) => c.kind === 'switch' && c.change !== null)
  return changed ?? causes.find((c) => c.kind === 'switch') ?? causes[0] ?? null
}
