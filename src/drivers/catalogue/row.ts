/**
 * What a row of the driver catalogue says: who drives a compatible string, what that driver does
 * about DMA, and since when. `driverRows` writes rows of one driver down without repeating it.
 */

/** `parent`: the node creates or groups masters and does no DMA of its own. */
export type Role = 'master' | 'iommu' | 'parent'

/** How the hardware moves data. `bus`: it does not; its children or PCI functions do. */
export type Archetype = 'scanout' | 'capture' | 'mem2mem' | 'ring' | 'raw' | 'bus' | 'iommu'

/**
 * `dma-api`: the DMA API only. `arm-mapping`: a mapping of its own through arm_iommu_*().
 * `own-domain`: a domain of its own through the IOMMU API. `identity-required`: works untranslated
 * only. `none`: no DMA of its own.
 */
export type IommuUse = 'dma-api' | 'arm-mapping' | 'own-domain' | 'identity-required' | 'none'

/** One compatible string. */
export interface CatalogueRow {
  readonly compatible: string
  readonly role: Role
  /** Name of the driver as Linux registers it; null: no driver binds this string. */
  readonly driver: string | null
  /** The driver is on this bus rather than on the platform bus. */
  readonly bus?: 'amba' | 'rpmsg'
  /** null: not read. */
  readonly archetype: Archetype | null
  /**
   * DMA mask that the driver sets: a bit count up to 64, or above that the highest address itself
   * where it is no power of two. null: it sets none, and 32 bits stay.
   */
  readonly mask: number | null
  /** The mask depends on hardware or the tree: what decides it. `mask` is then an assumption. */
  readonly maskNote?: string
  /** Mask of coherent allocations where it differs from `mask`, bits. */
  readonly coherentMask?: number
  /** In v6.1; see `iommuUseFrom`. */
  readonly iommuUse: IommuUse
  /** Where it changed: first release and use, oldest first. */
  readonly iommuUseFrom?: readonly (readonly [string, IommuUse])[]
  /**
   * First release whose driver matches this very string; v3.18 means that or earlier. null where
   * no match table has it: another string of the node's list binds.
   */
  readonly since: string | null
  /** Earliest release that `since` can be: the ones between were not looked at. */
  readonly sinceEarliest?: string
  readonly sinceConfidence: 'source' | 'memory' | 'unknown'
  /** The driver itself is older than its match entry: first release with it. */
  readonly driverSince?: string
  /** Kconfig symbol, without CONFIG_. */
  readonly kconfig: string | null
  /** Symbol that built the driver in older kernels. */
  readonly kconfigOld?: string
  /** No match table has `compatible`: this string binds. A trailing `*` stands for any ending. */
  readonly matchedBy?: string
  /** `since` of the string that binds. */
  readonly sinceViaFallback?: string
  /** Component master of which it is a part: a compatible string or the name of a virtual device. */
  readonly component?: string
  /** The driver creates devices for the children of its node. */
  readonly populates?: boolean
  /** First release in which it does, where later than `since`. */
  readonly populatesSince?: string
  /** A PCI host: its functions are the masters, and a tree does not list them. */
  readonly pci?: boolean
  readonly note?: string
  /** What was read: the driver's file, and where. */
  readonly source: string
}

/** What the rows of one driver have in common. */
export type DriverFacts = Omit<
  CatalogueRow,
  'compatible' | 'since' | 'sinceEarliest' | 'sinceConfidence' | 'matchedBy' | 'sinceViaFallback'
> & { readonly sinceConfidence?: CatalogueRow['sinceConfidence'] }

/** What a compatible string has of its own beside its `since`. */
export interface StringFacts {
  readonly earliest?: string
  /** The string that binds instead, and since when it does. */
  readonly by?: string
  readonly bySince?: string
}

/** Compatible string, `since`, and the rest. */
export type StringRow = readonly [string, string | null, StringFacts?]

/** Rows of one driver. */
export function driverRows(
  facts: DriverFacts,
  strings: readonly StringRow[],
): readonly CatalogueRow[] {
  return strings.map(([compatible, since, own]) => ({
    sinceConfidence: 'source',
    ...facts,
    compatible,
    since,
    ...(own?.earliest === undefined ? {} : { sinceEarliest: own.earliest }),
    ...(own?.by === undefined ? {} : { matchedBy: own.by }),
    ...(own?.bySince === undefined ? {} : { sinceViaFallback: own.bySince }),
  }))
}
