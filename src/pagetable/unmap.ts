/** Unmapping: what one call of a driver's unmap clears, by the rules that the format declares. */
import type { Iova, Phys } from '../base/addr.ts'
import { type LeafLayout, offsetWithin } from './layout.ts'
import { EMPTY, LEAF, TABLE } from './kind-table.ts'
import type { Tree } from './tree.ts'

/**
 * Unmaps `count` pages of `size` bytes in the one table that holds the first of them; returns the
 * bytes unmapped. `level` and `entries` say where such a page lives and how many entries it takes.
 */
export function unmapRun(
  tree: Tree,
  iova: Iova,
  size: number,
  count: number,
  level: number,
  entries: number,
): number {
  const { unmapPart, holeStops, missingTableStops } = tree.rules
  const { freesEmptyTables, splitsToLargest } = tree.rules
  let table = tree.root
  for (let l = 0; l < level; l++) {
    tree.path[l] = table
    const { scale, indexMask, span } = tree.layout.levels[l]!
    const index = (iova * scale) & indexMask
    const at = tree.at(table, index)
    tree.load(at)
    const kind = tree.kind(l)
    if (kind === EMPTY) {
      tree.warnings++
      return missingTableStops ? 0 : Math.min(size * count, span - offsetWithin(iova, span))
    }
    if (kind === LEAF) {
      const leaf = tree.leaf(l)
      if (unmapPart === 'refuse') return 0
      if (unmapPart === 'whole') return clearWhole(tree, table, l, index, leaf, iova)
      if (leaf.entries > 1) {
        const within = index % leaf.entries
        splitGroup(tree, table, l, index - within, leaf, iova)
        if (tree.rules.splitNeedsFirst && within !== 0) {
          // A table is filled and linked, and then given up.
          tree.written += (tree.layout.levels[l + 1]!.entries - entries + 1) * tree.stride
          return 0
        }
        tree.load(at)
      }
      const direct = l + 1 === level && !splitsToLargest && !freesEmptyTables
      const gone = direct ? unmappedBySplit(tree, iova, count, level, entries) : 0
      if (!splitToTable(tree, at, l, l + 1 === level ? size : null, iova, gone)) return 0
      if (direct) {
        const { span } = tree.layout.levels[level]!
        tree.tlb?.page(iova, size, gone / entries)
        return gone * span
      }
    }
    table = tree.nextTable(l)
  }
  tree.path[level] = table
  const { scale, indexMask, span, entries: inTable } = tree.layout.levels[level]!
  const first = (iova * scale) & indexMask
  const total = Math.min(count * entries, inTable - first)
  let done = 0
  // Cleared leaves that the observer has not heard of: from `reported` up to `done`.
  let reported = 0
  let checked = 0
  for (; done < total; done++) {
    const at = tree.at(table, first + done)
    tree.load(at)
    if (entries > 1 && tree.rules.unmapChecksPage && done >= checked) {
      if (hasHole(tree, table, level, first + done, entries)) {
        tree.warnings++
        break
      }
      checked = done + entries
      tree.load(at)
    }
    const kind = tree.kind(level)
    if (kind !== LEAF) {
      reportCleared(tree, iova + reported * span, span, done - reported, size, entries)
      reported = done + 1
      if (kind === EMPTY) {
        tree.warnings++
        if (holeStops) break
        continue
      }
      const below = tree.nextTable(level)
      tree.clearRun(table, level, first + done, 1)
      tree.freeTable(below, level + 1)
      tree.tlb?.walk(iova + done * span, span, tree.layout.granule)
      continue
    }
    const leaf = tree.leaf(level)
    if (leaf.entries > 1) {
      const start = first + done - ((first + done) % leaf.entries)
      if (start < first || start + leaf.entries > first + total) {
        if (unmapPart === 'refuse') break
        if (unmapPart === 'whole') return clearWhole(tree, table, level, start, leaf, iova)
        splitGroup(tree, table, level, start, leaf, iova)
        tree.load(at)
      }
    }
    tree.clearLeaf(at, level, leaf)
  }
  reportCleared(tree, iova + reported * span, span, done - reported, size, entries)
  if (freesEmptyTables) tree.freeEmptied(level, iova)
  return done * span
}

/** Tells the observer of `cleared` entries in a row, as whole pages where they are whole. */
function reportCleared(
  tree: Tree,
  iova: Iova,
  span: number,
  cleared: number,
  size: number,
  entries: number,
): void {
  if (tree.tlb === null || cleared <= 0) return
  const whole = cleared % entries === 0 && !tree.rules.reportsEntries
  if (whole) tree.tlb.page(iova, size, cleared / entries)
  else tree.tlb.page(iova, span, cleared)
}

/** True when one of `count` entries maps nothing. */
function hasHole(tree: Tree, table: Phys, level: number, first: number, count: number): boolean {
  for (let i = first; i < first + count; i++) {
    tree.load(tree.at(table, i))
    if (tree.kind(level) === EMPTY) return true
  }
  return false
}

/** How many entries of a table of `level` go when pages from `iova` are split off and unmapped. */
function unmappedBySplit(
  tree: Tree,
  iova: Iova,
  count: number,
  level: number,
  entries: number,
): number {
  const { scale, indexMask, entries: inTable } = tree.layout.levels[level]!
  return Math.min(count * entries, inTable - ((iova * scale) & indexMask))
}

/** Unmaps page after page, whatever their sizes, until `size` bytes are reached. */
export function unmapEntries(tree: Tree, iova: Iova, size: number): number {
  const { iovaLimit } = tree.layout
  let at = iova
  let done = 0
  while (done < size && at < iovaLimit) {
    const step = unmapEntry(tree, at, size - done)
    if (step === 0) break
    done += step
    at += step - offsetWithin(at, step)
  }
  return done
}

/** Unmaps the one page that contains `iova`, as drivers do that look at what is there. */
export function unmapEntry(tree: Tree, iova: Iova, size: number): number {
  const { levels } = tree.layout
  const { holeStops, missingTableStops, unmapPart, freesEmptyTables } = tree.rules
  const last = levels.length - 1
  const top = levels[0]!.span
  if (tree.rules.unmapsRootEntry && size >= top && offsetWithin(iova, top) === 0) {
    return clearRootEntry(tree, iova, top)
  }
  let table = tree.root
  for (let level = 0; level <= last; level++) {
    tree.path[level] = table
    const { scale, indexMask, span } = levels[level]!
    const index = (iova * scale) & indexMask
    tree.load(tree.at(table, index))
    const kind = tree.kind(level)
    if (kind === TABLE) {
      table = tree.nextTable(level)
      continue
    }
    if (kind === EMPTY) {
      const stops = level === last ? holeStops : missingTableStops
      return stops ? 0 : Math.min(size, span)
    }
    const leaf = tree.leaf(level)
    const part = size < leaf.size
    // Above the last level the start is not enough: all of the page must have been asked for.
    const atStart = level === last ? index % leaf.entries === 0 : offsetWithin(iova, span) === 0
    const begins = atStart && (level === last || !part)
    if ((unmapPart === 'refuse' && part) || (unmapPart === 'whole-at-start' && !begins)) {
      tree.warnings++
      return 0
    }
    const cleared = clearWhole(tree, table, level, index, leaf, iova)
    if (freesEmptyTables) tree.freeEmptied(level, iova)
    return cleared
  }
  return 0
}

/** Clears an entry of the root without a look at what it is; a table goes with all below it. */
function clearRootEntry(tree: Tree, iova: Iova, span: number): number {
  const { scale, indexMask } = tree.layout.levels[0]!
  const index = (iova * scale) & indexMask
  tree.load(tree.at(tree.root, index))
  const kind = tree.kind(0)
  const below = kind === TABLE ? tree.nextTable(0) : null
  tree.clearRun(tree.root, 0, index, 1)
  if (below !== null) {
    tree.freeTable(below, 1)
    tree.tlb?.walk(iova, span, tree.layout.granule)
  } else if (kind === LEAF) tree.tlb?.page(iova, span, 1)
  return span
}

/** Clears every entry of the page that entry `index` belongs to; returns its size. */
function clearWhole(
  tree: Tree,
  table: Phys,
  level: number,
  index: number,
  leaf: LeafLayout,
  iova: Iova,
): number {
  const start = index - (index % leaf.entries)
  for (let i = start; i < start + leaf.entries; i++) {
    const at = tree.at(table, i)
    tree.load(at)
    tree.clearLeaf(at, level, leaf)
  }
  tree.tlb?.page(iova - offsetWithin(iova, leaf.size), leaf.size, 1)
  return leaf.size
}

/**
 * Replaces the loaded leaf of one entry by a table of smaller leaves, without the `gone` ones from
 * `iova`, and loads the link.
 */
function splitToTable(
  tree: Tree,
  at: Phys,
  level: number,
  wanted: number | null,
  iova: Iova,
  gone: number,
): boolean {
  const { lo, hi } = tree
  const from = tree.leaf(level)
  const below = tree.layout.levels[level + 1]!
  const largest = tree.rules.splitsToLargest ? below.leaves.at(-1) : undefined
  const asked = below.leaves.find((l) => l.size === wanted)
  const to = largest ?? asked ?? below.leaves.find((l) => l.entries === 1)
  if (to === undefined) throw new Error(`dmaplumb bug: ${tree.format.id}: nothing to split into`)
  const table = tree.allocate(level + 1)
  if (table === null) return false
  const base = tree.rules.splitForgetsOutput ? 0 : from.base(lo, hi)
  const without = (iova * below.scale) & below.indexMask
  const attributes = to.afterSplit(from.spec.word, lo, hi)
  for (let i = 0; i < below.entries; i++) {
    if (i >= without && i < without + gone) continue
    const own = base + (to.step === 0 ? i - (i % to.entries) : i) * below.span
    const outLo = attributes.lo | to.stamp.lo(own)
    tree.store(tree.at(table, i), outLo, attributes.hi | to.stamp.hi(own))
  }
  tree.link(at, level + 1, table)
  tree.load(at)
  return true
}

/** Turns what is left of a page of several entries into pages of one entry each. */
function splitGroup(
  tree: Tree,
  table: Phys,
  level: number,
  start: number,
  leaf: LeafLayout,
  iova: Iova,
): void {
  const { leaves, span } = tree.layout.levels[level]!
  const single = leaves.find((l) => l.entries === 1)
  if (single === undefined) throw new Error(`dmaplumb bug: ${tree.format.id}: no single entries`)
  for (let i = 0; i < leaf.entries; i++) {
    const at = tree.at(table, start + i)
    tree.load(at)
    // A small page may have been written over one entry, and may be gone again.
    if (tree.kind(level) !== LEAF || tree.leaf(level) !== leaf) continue
    const page = leaf.stamp.address(tree.lo, tree.hi)
    const own = leaf.step === 0 ? page + i * span : page
    const word = single.afterSplit(leaf.spec.word, tree.lo, tree.hi)
    tree.store(at, word.lo | single.stamp.lo(own), word.hi | single.stamp.hi(own))
  }
  if (tree.rules.reportsGroupSplit) tree.tlb?.walk(iova, leaf.size, leaf.size)
}
