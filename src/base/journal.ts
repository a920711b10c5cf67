/**
 * The journal: everything that happens, in order, each with what caused it. It is the single
 * source for reports, for `why`, for timelines and for tests.
 */

/** What made an event happen. An event may have several causes. */
export type Cause =
  /** A property of the device tree, e.g. `iommus = <&vopb_mmu>`. */
  | { kind: 'tree'; node: string; property: string; text: string }
  /** A kernel behaviour, and the change that set it (null: it has been so since before v3.18). */
  | { kind: 'switch'; name: string; value: string; change: string | null }
  /** Something a driver or the core called. */
  | { kind: 'call'; driver: string; function: string }
  /** A register of a hardware model. */
  | { kind: 'register'; block: string; register: string; value: number }
  /** Something that was taken for granted and not read from the input. */
  | { kind: 'assumption'; text: string }

/**
 * What an event is about. Ours; where a Linux function stands behind an event, its text or
 * `data.function` names it.
 */
export type EventKind =
  | 'initcall'
  | 'device-created'
  | 'not-populated'
  | 'dma-configure'
  | 'iommu-configure'
  | 'dma-ops'
  | 'group'
  | 'mapping-created'
  | 'mapping-released'
  | 'attach'
  | 'detach'
  | 'domain'
  | 'bus-ops'
  | 'probe'
  | 'probe-result'
  | 'deferred'
  | 'unbind'
  | 'dma-map'
  | 'dma-unmap'
  | 'dma-alloc'
  | 'register-write'
  | 'access'
  | 'fault'
  | 'irq'
  | 'log'
  | 'leak'
  | 'transfer'

/** One thing that happened, with its causes. `seq` orders all events of a machine. */
export interface JournalEvent {
  /** Position in the journal, from 0. */
  seq: number
  kind: EventKind
  /** Device name or node path the event is about; '' for the whole machine. */
  subject: string
  /** One line, in plain words. */
  text: string
  causes: readonly Cause[]
  /** Values for machines to read: numbers are bytes or register values. */
  data: Readonly<Record<string, string | number | boolean | null>>
}

/** Append-only list of events. */
export class Journal {
  readonly events: JournalEvent[] = []

  /** Adds an event and returns it. `causes` in order of importance. */
  add(
    kind: EventKind,
    subject: string,
    text: string,
    causes: readonly Cause[] = [],
    data: JournalEvent['data'] = {},
  ): JournalEvent {
    const event: JournalEvent = { seq: this.events.length, kind, subject, text, causes, data }
    this.events.push(event)
    return event
  }

  /** A kernel log line, with the text that Linux prints. `level` as in printk. */
  log(level: 'err' | 'warn' | 'info' | 'debug' | 'bug', subject: string, text: string): void {
    this.add('log', subject, text, [], { level })
  }

  /** Events about one subject, in order. */
  about(subject: string): JournalEvent[] {
    return this.events.filter((e) => e.subject === subject)
  }
}
