/** `dmaplumb dt VERB`: device trees in and out, looked at and compared. */
import type { CommandFamily } from '../command.ts'
import { applyVerb } from './dt/apply.ts'
import { checkVerb } from './dt/check.ts'
import { convertVerb } from './dt/convert.ts'
import { diffVerb } from './dt/diff.ts'
import { showVerb } from './dt/show.ts'

/** To add a verb: a file in dt/ and a line here. */
export const dtCommand: CommandFamily = {
  name: 'dt',
  summary: 'device trees: converted, shown, compared, checked, overlays applied',
  verbs: [convertVerb, showVerb, diffVerb, applyVerb, checkVerb],
}
