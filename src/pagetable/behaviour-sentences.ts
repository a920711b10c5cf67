/**
 * A declared behaviour as sentences for people: what Linux's code for the format does where formats
 * differ. One row a question; defaults are answered too, since the reader does not know them.
 */
import { EADDRINUSE, type Errno, ERANGE, errnoName } from '../base/errno.ts'
import type { FormatBehaviour } from './behaviour.ts'
import type { FormatSpec } from './contract.ts'

const refusal = (e: Errno | string) =>
  typeof e === 'number' ? `is refused with ${errnoName(e)}` : e

/** What becomes of a page that is mapped over something. */
function over(b: FormatBehaviour, rule: Errno | 'overwrite', what: string): string {
  if (rule === 'overwrite') return `${what} replaces it.`
  if (b.overMapKeeps !== 'old') return `${what} ${refusal(rule)}.`
  return `${what} keeps what is there; the call goes on and succeeds.`
}

function mapping(b: FormatBehaviour, large: boolean): string[] {
  const { overMapLarge = b.overMap, mapUnderLeaf, mapChecks = 'page' } = b
  const same = over(b, b.overMap, 'Mapping over a mapped page')
  const above = over(b, overMapLarge, 'Mapping over a mapped page above the last level')
  const under = {
    replace: 'takes the place of the one entry of it',
    'replace-page': 'takes the place of one entry of it; the other entries are cleared',
  }
  const inside = mapUnderLeaf ?? (b.overMap === 'overwrite' ? 'replace' : b.overMap)
  const insideText =
    typeof inside === 'string'
      ? `Mapping a small page inside a larger one ${under[inside]}.`
      : over(b, inside, 'Mapping a small page inside a larger one')
  const overTable =
    b.mapOverTable === 'replace-empty'
      ? `Mapping a large page over a table ${refusal(typeof b.overMap === 'number' ? b.overMap : -EADDRINUSE)} while the table maps something.`
      : 'Mapping a large page over a table frees the table, with what it maps.'
  const checks = {
    call: 'All entries of a call (in one table) are checked before the first is written.',
    page: 'The entries of a page are checked before the first is written.',
    entry: 'Each entry is checked as it is written.',
  }
  return [
    same,
    ...(overMapLarge === b.overMap ? [] : [above]),
    ...(large ? [insideText, overTable] : []),
    ...(b.overMap === 'overwrite' ? [] : [checks[mapChecks]]),
    ...(b.failedMapUndoes ? ['A call that fails takes back what it wrote.'] : []),
    ...(b.mapPicks === 'largest'
      ? ['Pages are the largest that fit from address to address, whatever size is asked for.']
      : []),
    ...(typeof b.mapNoAccess === 'number'
      ? [`Mapping with neither read nor write is refused with ${errnoName(b.mapNoAccess)}.`]
      : []),
  ]
}

function unmapping(b: FormatBehaviour, large: boolean): string[] {
  const { unmapPart = 'split', unmapExtent = 'size', unmapMissingTable = b.unmapHole } = b
  const part = {
    split: 'Unmapping part of a page splits it.',
    refuse: 'Unmapping part of a page unmaps nothing.',
    whole: 'Unmapping part of a page unmaps the whole of it, and says so.',
    'whole-at-start':
      'However much is asked for, from the start of a page of the last level all of that page goes, and elsewhere in a page nothing.',
  }
  const extent = {
    size: [],
    entry: ['An unmap covers the one page that contains the address.'],
    entries: ['An unmap goes on page after page until its size is reached.'],
    range: ['An unmap covers its range, at least the page or hole that contains the address.'],
    'range-from-address': [
      'An unmap covers its range, or as many bytes from the address on as the page or hole there has; pages that are not wholly in it stay.',
    ],
  }
  const hole = { stop: 'stops the call', count: 'counts as unmapped' }
  const ranged = unmapExtent.startsWith('range')
  return [
    ...extent[unmapExtent],
    ...(large && !ranged ? [part[unmapPart]] : []),
    ...(b.unmapsRootEntry === true
      ? [
          'Unmapping all that an entry of the root covers clears that entry, whatever it is, and counts.',
        ]
      : []),
    ...(ranged ? [] : [`A hole ${hole[b.unmapHole]}.`]),
    ...(ranged || unmapMissingTable === b.unmapHole
      ? []
      : [`A missing table ${hole[unmapMissingTable]}.`]),
    b.unmapClears === 'entry'
      ? 'Unmapping clears the whole entry.'
      : 'Unmapping clears the valid bit; the rest of the entry stays.',
    b.freesEmptyTables
      ? 'A table goes with its last entry.'
      : ranged
        ? 'A table goes when an unmap covers all that it serves.'
        : 'A table that maps nothing any more stays.',
  ]
}

function limits(b: FormatBehaviour): string[] {
  const wide = (rule: Errno | 'truncate', what: string) =>
    rule === 'truncate'
      ? `${what} that is too wide loses its high bits.`
      : `${what} that is too wide ${refusal(rule)}.`
  return [
    wide(b.wideIova ?? -ERANGE, 'An input address'),
    wide(b.wideOutput ?? -ERANGE, 'An output address'),
    ...(b.wideIova === 'truncate' && b.wideOutput === 'truncate'
      ? []
      : [
          b.pageByPage === true
            ? 'How wide addresses are is looked at for the first page of a call.'
            : 'How wide addresses are is looked at for the first page of a call in each table.',
        ]),
    ...(b.pagesPerCall === 'table'
      ? ['A call stops at the end of the table that holds its first page.']
      : []),
    ...(b.unaligned === 'encode'
      ? ['Addresses that are no multiples of the page are not refused.']
      : []),
  ]
}

/** All of it; of larger pages only where the format has any. */
export function behaviourSentences({ behaviour, levels }: FormatSpec): string[] {
  const large = levels.flatMap((level) => level.leaves).length > 1
  return [...mapping(behaviour, large), ...unmapping(behaviour, large), ...limits(behaviour)]
}
