/**
 * What a driver asks of Linux's io-pgtable and what it gets: struct io_pgtable_cfg of
 * include/linux/io-pgtable.h, 6.1. Each family of formats is a function from one to the other.
 */
import type { Phys } from '../../base/addr.ts'
import { EEXIST, EINVAL } from '../../base/errno.ts'
import type { FormatBehaviour, FormatSpec } from '../contract.ts'

/** A configuration as a driver fills it in. */
export interface IoPgtableConfig {
  /** Page sizes of pgsize_bitmap, log2 bytes, ascending. */
  sizes: readonly number[]
  /** Input address bits. */
  ias: number
  /** Output address bits. */
  oas: number
  /** Names without IO_PGTABLE_QUIRK_. */
  quirks: readonly string[]
  /** The walker snoops. */
  coherentWalk: boolean
  /** The kernel's PAGE_SIZE, log2; it decides which granule wins. Default 12. */
  cpuPageLg2?: number
}

/** Register contents: `0x` strings for whole registers, numbers for fields and counts. */
export interface RegisterValues {
  readonly [name: string]: string | number | RegisterValues
}

/** An accepted configuration. */
export interface IoPgtable {
  format: FormatSpec
  /** As adjusted. */
  sizes: readonly number[]
  ias: number
  oas: number
  /** Bits of the highest address that a table may have, where io-pgtable checks it. */
  tableBits?: number
  /** What the driver programs, for a root at this address; `asLinux` with Linux's artefacts. */
  registers(root: Phys, asLinux: boolean): RegisterValues
}

/** Makes the table format for a configuration, or null where io-pgtable refuses it. */
export type IoPgtableFamily = (config: IoPgtableConfig) => IoPgtable | null

/** What all formats of io-pgtable have in common. */
export const ioPgtableBehaviour: FormatBehaviour = {
  overMap: -EEXIST,
  failedMapUndoes: true,
  freesEmptyTables: false,
  unmapHole: 'stop',
  unmapClears: 'entry',
  mapOverTable: 'replace',
  mapNoAccess: -EINVAL,
  unmapPart: 'split',
  unaligned: 'encode',
  warns: true,
}

/** True when every quirk is one of `known`. */
export function onlyQuirks(config: IoPgtableConfig, known: readonly string[]): boolean {
  return config.quirks.every((q) => known.includes(q))
}

/** `0x` and hexadecimal digits, for values up to 2^53. */
export function hexWord(value: number): string {
  return `0x${value.toString(16)}`
}

/** The format of a configuration that is written down in the source. */
export function registered(made: IoPgtable | null): FormatSpec {
  if (made === null) throw new Error('dmaplumb bug: a registered configuration is refused')
  return made.format
}
