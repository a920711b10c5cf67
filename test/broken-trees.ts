/** Sources that break structural checks, one or more a check, and some that do not. */
import { brokenBuses } from './broken-buses.ts'
import type { BrokenTree } from './broken-tree.ts'
import { brokenValues } from './broken-values.ts'

/** See the head of the file. */
export const brokenTrees: readonly BrokenTree[] = [...brokenValues, ...brokenBuses]
