/**
 * Which change makes a driver available for a node: an explicit change row where there is one, else
 * `driver:COMPATIBLE`, implied by the catalogue at the release where the match entry arrived.
 */
import type { ChangeRow } from '../../policy/change.ts'
import type { CatalogueMatch } from './match.ts'
import type { CatalogueRow } from './row.ts'

/** What has to be in a kernel before a match of the catalogue can bind, as ids of change rows. */
export interface Availability {
  /** Id of the change without which no driver binds the node. */
  readonly id: string
  /** Ids of availability changes that the bound driver needs besides, e.g. board data. */
  readonly also: readonly string[]
  /** The change row behind `id`; null where it is one of the explicit rows. */
  readonly implied: ChangeRow | null
}

/** Strings whose arrival is a change row of its own. */
const explicit: Readonly<Record<string, string>> = {
  'rockchip,rk3288-vop': 'rockchip-drm',
  'rockchip,display-subsystem': 'rockchip-drm',
  'rockchip,iommu': 'rockchip-iommu',
  'ti,omap3-isp': 'omap3isp-dt',
  'renesas,ipmmu-vmsa': 'ipmmu-dt',
  'nvidia,tegra30-mc': 'tegra-mc-smmu',
  'nvidia,tegra114-mc': 'tegra-mc-smmu',
  'nvidia,tegra124-mc': 'tegra-mc-smmu',
}

/** Where one board takes another way: root compatible string, then as `explicit`. */
const byBoard: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'renesas,koelsch': { 'renesas,ipmmu-vmsa': 'koelsch-ipmmu-data' },
}

/** Availability changes beside the driver's own, by the string that binds. */
const also: Readonly<Record<string, readonly string[]>> = {
  'samsung,exynos-sysmmu': ['exynos-sysmmu-notifier'],
}

/** Explicit change that brought a driver whose later match entries are implied ones. */
const bringsDriver: Readonly<Record<string, string>> = {
  'rockchip-vop': 'rockchip-drm',
  'rockchip-vop2': 'rockchip-drm',
  rk_iommu: 'rockchip-iommu',
  'ipmmu-vmsa': 'ipmmu-dt',
}

/** What makes the driver of a match available. `rootCompatibles`: the board's own strings. */
export function availabilityOf(
  match: CatalogueMatch,
  rootCompatibles: readonly string[] = [],
): Availability {
  const { compatible } = match
  const special = rootCompatibles.map((root) => byBoard[root]?.[compatible])
  const id = special.find((s) => s !== undefined) ?? explicit[compatible]
  const glue = also[compatible] ?? []
  if (id !== undefined) return { id, also: glue, implied: null }
  const implied = impliedChange(match)
  return { id: implied.id, also: glue, implied }
}

/** `driver:COMPATIBLE`, for the string whose arrival decided `match.since`. */
function impliedChange({ row, compatible, since }: CatalogueMatch): ChangeRow {
  const string = ownRelease(row) ? row.compatible : compatible
  const brought = bringsDriver[row.driver ?? '']
  return {
    id: `driver:${string}`,
    commit: null,
    title: `${row.driver} learns to drive ${string}`,
    titleConfirmed: false,
    author: 'not recorded',
    date: null,
    release: since,
    kind: 'availability',
    arch: 'any',
    subsystem: row.kconfig ?? 'drivers',
    requires: brought === undefined ? [] : [brought],
    conflicts: [],
    sets: {},
    effect: {
      before: `No driver binds a node that says ${string}.`,
      after: `${row.driver} does.`,
    },
    source: row.source,
    confidence: row.sinceConfidence === 'source' ? 'source' : 'memory',
  }
}

/** The string waits for its chip to be known although another string binds. */
function ownRelease(row: CatalogueRow): boolean {
  return row.matchedBy !== undefined && row.since !== null
}
