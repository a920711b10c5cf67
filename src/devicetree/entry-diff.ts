/** Which entries of a list differ, where the others are the same in both trees. */
import { cellsIn, listEntries } from './list-entries.ts'
import { type Meaning, propertyMeaning } from './meaning.ts'
import { entrySource, type ReferenceForm } from './property-source.ts'
import { type SameNode, type Side, sameEntry } from './same-meaning.ts'
import { looksLikeText } from './value-text.ts'

/** One entry that differs. */
export interface EntryChange {
  /** `iommus[1]`, `reg[0].size`, `compatible[1]`. */
  at: string
  before: string
  after: string
}

/** With more entries changed the two values say it better. */
const MOST_ENTRIES = 4

/** The entries that differ; none where the lists differ in length or in most of it. */
export function entryChanges(
  old: Side,
  now: Side,
  form: ReferenceForm,
  same: SameNode,
): EntryChange[] {
  const name = old.property.name
  const changes =
    listChanges(old, now, form, same) ?? fieldChanges(old, now) ?? stringChanges(old, now)
  if (changes === null || changes.length > MOST_ENTRIES) return []
  return changes.map(({ at, before, after }) => ({ at: `${name}${at}`, before, after }))
}

/** Lists of references; a list of one entry is its own best description. */
function listChanges(
  old: Side,
  now: Side,
  form: ReferenceForm,
  same: SameNode,
): EntryChange[] | null {
  const before = listEntries(old.reader, old.node, old.property)
  const after = listEntries(now.reader, now.node, now.property)
  if (before === null || after === null) return null
  if (before.length !== after.length || before.length < 2) return []
  const [a, b] = [cellsIn(old.property.value), cellsIn(now.property.value)]
  const changes: EntryChange[] = []
  for (const [i, one] of before.entries()) {
    const two = after[i]!
    // Where an entry is longer, all behind it has moved and only its own text can be compared.
    const moved = one.at !== two.at
    const texts = [entrySource(old.reader, a, one, form), entrySource(now.reader, b, two, form)]
    if (moved ? texts[0] === texts[1] : sameEntry(old, now, one, two, same)) continue
    changes.push({ at: `[${i}]`, before: texts[0]!, after: texts[1]! })
    if (changes.length > MOST_ENTRIES) break
  }
  return changes
}

/** Fields of addresses and windows. */
function fieldChanges(old: Side, now: Side): EntryChange[] | null {
  const before = propertyMeaning(old.reader, old.node, old.property).map(fieldsOf)
  const after = propertyMeaning(now.reader, now.node, now.property).map(fieldsOf)
  if (before.length === 0 || before.length !== after.length) return null
  const changes: EntryChange[] = []
  for (const [i, one] of before.entries()) {
    const two = after[i]
    if (one === null || two === null || two === undefined) return null
    for (const [field, value] of Object.entries(one)) {
      if (value === two[field]) continue
      changes.push({ at: `[${i}].${field}`, before: value ?? 'none', after: two[field] ?? 'none' })
    }
  }
  return changes.length === 0 ? null : changes
}

function fieldsOf(meaning: Meaning): Record<string, string | null> | null {
  if (meaning.kind === 'reg') {
    const { space, address, size } = meaning
    return { space, address, size }
  }
  if (meaning.kind !== 'window') return null
  const { flags, child, parent, size } = meaning
  return { flags, child, parent, size }
}

function stringChanges(old: Side, now: Side): EntryChange[] | null {
  if (!looksLikeText(old.property.value) || !looksLikeText(now.property.value)) return null
  const before = old.node.strings(old.property.name)
  const after = now.node.strings(now.property.name)
  if (before.length < 2 || before.length !== after.length) return null
  const changes: EntryChange[] = []
  for (const [i, one] of before.entries()) {
    const two = after[i]!
    if (one === two) continue
    changes.push({ at: `[${i}]`, before: JSON.stringify(one), after: JSON.stringify(two) })
  }
  return changes
}
