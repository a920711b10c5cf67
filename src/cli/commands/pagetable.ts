/** `dmaplumb pagetable VERB`: page-table formats, entries and measured vectors. */
import type { CommandFamily } from '../command.ts'
import { formatsVerb } from './pagetable/formats.ts'
import { replayVerb } from './pagetable/replay.ts'
import { showVerb } from './pagetable/show.ts'
import { walkVerb } from './pagetable/walk.ts'

/** To add a verb: a file in pagetable/ and a line here. */
export const pagetableCommand: CommandFamily = {
  name: 'pagetable',
  summary: 'page tables: formats, entries decoded, vectors replayed, images walked',
  verbs: [formatsVerb, showVerb, replayVerb, walkVerb],
}
