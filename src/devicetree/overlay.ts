/**
 * Overlays applied to a base tree, as Linux does it (of_overlay_fdt_apply(), drivers/of/overlay.c
 * and resolver.c). What Linux refuses is an error, also where fdtoverlay would go on.
 */
import type { Parsed } from './dtb.ts'
import { Findings } from './findings.ts'
import type { DtNode } from './node.ts'
import { type Fragment, OverlayMerge } from './overlay-merge.ts'
import { OverlayPhandles } from './overlay-phandles.ts'
import { DeviceTree } from './tree.ts'
import { copyTree } from './tree-copy.ts'

/** Nodes of an overlay's root that are about the fragments and are none themselves. */
const ABOUT = new Set(['__symbols__', '__fixups__', '__local_fixups__'])

/** Options of `applyOverlay`. */
export interface ApplyOverlayOptions {
  /** File name of the overlay, for diagnostics about what has no place of its own. */
  source?: string
}

/** True for a tree of fragments: some child of the root has an `__overlay__`. */
export function isOverlay(tree: DeviceTree): boolean {
  return tree.root.children.some((child) => child.child('__overlay__') !== undefined)
}

/**
 * The base with an overlay applied, as a new tree, or null with errors; neither argument is
 * changed. Phandles of the overlay are moved above those of the base, labels are looked up in the
 * `__symbols__` of the base, or among its labels where it has none, and the symbols of the overlay
 * are added, so that the next overlay may refer to them.
 *
 * @example
 * const base = parseDts('/dts-v1/; / { a: n { }; };', { symbols: true }).tree!
 * const overlay = parseDts('/dts-v1/; /plugin/; &a { status = "okay"; };').tree!
 * applyOverlay(base, overlay).tree?.byPath('/n')?.string('status') // 'okay'
 */
export function applyOverlay(
  base: DeviceTree,
  overlay: DeviceTree,
  options: ApplyOverlayOptions = {},
): Parsed {
  const findings = new Findings(options.source)
  const somewhere = options.source === undefined ? {} : { source: options.source }
  if (isOverlay(base)) {
    const at = base.root.at ?? somewhere
    findings.error('the base is an overlay itself', at, 'give a whole tree')
    return { tree: null, diagnostics: findings.finish() }
  }
  const tree = copyTree(base)
  const patch = copyTree(overlay)
  const phandles = new OverlayPhandles(tree, patch, findings)
  phandles.resolve()
  const fragments = readFragments(patch, tree, phandles, findings)
  const symbols = patch.root.child('__symbols__')
  if (!isOverlay(patch) && symbols === undefined) {
    const at = patch.root.at ?? somewhere
    const remedy = 'an overlay begins with /dts-v1/; /plugin/;'
    findings.error('nothing to apply: no fragments', at, remedy)
  }
  if (!findings.failed) new OverlayMerge(tree, findings).apply(fragments, symbols)
  if (findings.failed) return { tree: null, diagnostics: findings.finish() }
  // Made anew: the first was asked before the fragments were in it, and remembers the answers.
  const { root, reservations, bootCpu } = tree
  const result = new DeviceTree(root, { reservations, bootCpu })
  return { tree: result, diagnostics: findings.finish() }
}

/** Every fragment that has a target; the others are reported. */
function readFragments(
  overlay: DeviceTree,
  base: DeviceTree,
  phandles: OverlayPhandles,
  findings: Findings,
): Fragment[] {
  const fragments: Fragment[] = []
  for (const node of overlay.root.children) {
    const content = node.child('__overlay__')
    if (content === undefined) {
      if (ABOUT.has(node.name)) continue
      findings.warning(`${node.name} has no __overlay__ and does nothing`, node.at ?? {})
      continue
    }
    const target = targetOf(node, base, phandles, findings)
    if (target !== undefined) fragments.push({ node, content, target })
  }
  return fragments
}

/** find_target(): `target`, a phandle, goes before `target-path`, which may begin with an alias. */
function targetOf(
  fragment: DtNode,
  base: DeviceTree,
  phandles: OverlayPhandles,
  findings: Findings,
): DtNode | undefined {
  const target = fragment.prop('target')
  if (target !== undefined) {
    if (phandles.isUnresolved(fragment, 'target')) return undefined
    const phandle = fragment.u32('target')
    const node = phandle === undefined ? undefined : base.byPhandle(phandle)
    if (node === undefined) {
      const shown = phandle === undefined ? 'no number' : `0x${phandle.toString(16)}`
      const message = `${fragment.name}: target ${shown} is no node of the base`
      findings.error(message, target.at ?? fragment.at ?? {})
    }
    return node
  }
  const path = fragment.string('target-path')
  if (path === undefined) {
    findings.error(`${fragment.name}: neither target nor target-path`, fragment.at ?? {})
    return undefined
  }
  const known = path.startsWith('/')
    ? base.byPath(path)
    : base.byAlias(path.split('/')[0]!) && base.resolve(path)
  if (known === undefined) {
    const at = fragment.prop('target-path')!.at ?? {}
    findings.error(`${fragment.name}: the base has no node ${path}`, at)
  }
  return known
}
