/** Page tables: formats, the engine, the hardware walker. */
export type { Addr, Iova, Phys } from '../base/addr.ts'
export type { Errno } from '../base/errno.ts'
export type { AddressRow, FieldValues, ValueRow, Word, WordRow } from '../base/word.ts'
export type {
  BitRange,
  DirtyState,
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
export {
  BusError,
  type DirectMemory,
  type MemoryBank,
  type MemoryOptions,
  type MemoryPort,
  PhysicalMemory,
} from '../base/memory.ts'
export { bitDiagram } from './bit-diagram.ts'
export {
  type DecodedEntry,
  decodeEntry,
  describeFormat,
  type FormatDescription,
} from './describe.ts'
export { type DirtyOptions, readAndClearDirty } from './dirty.ts'
export { formats } from './formats.ts'
export { appleDart1, appleDart2 } from './formats/apple-dart.ts'
export { armLpaeS1, armLpaeS1For32 } from './formats/arm-lpae-s1.ts'
export { armLpaeS2, armLpaeS2For32 } from './formats/arm-lpae-s2.ts'
export { armMaliLpae } from './formats/arm-mali-lpae.ts'
export { armV7s } from './formats/arm-v7s.ts'
export type { IoPgtable, IoPgtableConfig, RegisterValues } from './formats/io-pgtable.ts'
export { armLpaeS132, armLpaeS132Ns } from './formats/arm-lpae-s1-32.ts'
export { exynosV1, exynosV1Prot } from './formats/exynos-v1.ts'
export { ipmmuVmsa } from './formats/ipmmu-vmsa.ts'
export { omap2 } from './formats/omap2.ts'
export { rockchipV1 } from './formats/rockchip-v1.ts'
export { amdV1, amdV1Growing } from './formats/amd-v1.ts'
export { exynosV5 } from './formats/exynos-v5.ts'
export { intelVtd, type IntelVtdConfig, isIntelVtdConfig } from './formats/intel-vtd.ts'
export { intelVtdFirst, intelVtdSecond } from './formats/intel-vtd.ts'
export { mediatekV1 } from './formats/mediatek-v1.ts'
export { msm } from './formats/msm.ts'
export { riscvSv39, riscvSv48, riscvSv57 } from './formats/riscv.ts'
export { riscvSv39x4, riscvSv48x4, riscvSv57x4 } from './formats/riscv.ts'
export { rockchipV2 } from './formats/rockchip-v2.ts'
export { shmobile } from './formats/shmobile.ts'
export { sun50i } from './formats/sun50i.ts'
export { tegraSmmu, tegraSmmu34 } from './formats/tegra-smmu.ts'
export { x8664, x8664FiveLevel } from './formats/x86-64.ts'
export { type ByteSource, bytesSource } from './image/byte-source.ts'
export {
  type ExplainedStep,
  type Explanation,
  explainWalk,
  type WalkedAccess,
  type WalkOutcome,
} from './image/explain.ts'
export { type FaultCause, type FaultTerm, faultTerm } from './image/fault-terms.ts'
export { findRoots, type FoundRoot, type RankedRoot } from './image/find-roots.ts'
export { ImageMemory } from './image/image-memory.ts'
export { type IoAddress, parseIoAddress, printIoAddress } from './image/io-address.ts'
export { listMappings, type ListingSummary } from './image/list-mappings.ts'
export { type Image, type ImageOptions, type OpenedImage, openImage } from './image/open-image.ts'
export { type PageFrames, parsePageFrames } from './image/page-frames.ts'
export { type Leaf, leaves, type Mapping, mappings, type TableSource } from './mappings.ts'
export { mapRange, type PageChoice, pageChoice, unmapRange } from './page-size.ts'
export {
  type ReplayOptions,
  type ReplayOutcome,
  replayFile,
} from './replay/replay.ts'
export { createPageTable, openPageTable, type PageTableOptions } from './table.ts'
export { TableArena } from './table-arena.ts'
export { walk } from './walk.ts'
export { walkAndMark } from './walk-and-mark.ts'
