/** The boards that come with dmaplumb, in the order in which they are listed. */
import { Registry } from '../../base/registry.ts'
import type { BuiltInBoard } from './board.ts'
import { classes } from './classes.ts'
import { koelsch } from './koelsch.ts'
import { n900 } from './n900.ts'
import { odroidXu3 } from './odroid-xu3.ts'
import { veyron } from './veyron.ts'

/** By name: `boards.find('veyron')`. */
export const boards = new Registry<BuiltInBoard>(
  (board) => board.name,
  [veyron, n900, koelsch, odroidXu3, classes],
)
