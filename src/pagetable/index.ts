/** Page tables: formats, the engine, the hardware walker. */
export type {
  EnginePageTable,
  EntryKind,
  FormatBehaviour,
  FormatDefect,
  FormatExample,
  FormatSpec,
  LeafSpec,
  LevelSpec,
  PageTable,
  Protection,
  TablePages,
  TlbObserver,
  Walk,
  WalkResult,
  WalkStep,
} from './contract.ts'
export { formats } from './formats.ts'
export { armLpaeS1, type ArmLpaeS1Config } from './formats/arm-lpae-s1-32.ts'
export { armLpaeS132, armLpaeS132Ns } from './formats/arm-lpae-s1-32.ts'
export { exynosV1, exynosV1Prot } from './formats/exynos-v1.ts'
export { ipmmuVmsa } from './formats/ipmmu-vmsa.ts'
export { omap2 } from './formats/omap2.ts'
export { rockchipV1 } from './formats/rockchip-v1.ts'
export { type Leaf, leaves, type Mapping, mappings, type TableSource } from './mappings.ts'
export { createPageTable, openPageTable, type PageTableOptions } from './table.ts'
export { TableArena } from './table-arena.ts'
export { walk } from './walk.ts'
