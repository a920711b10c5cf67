/** Bookkeeping of references to ARM mappings that nobody can drop any more. */
import type { Cause, Journal } from '../base/journal.ts'
import type { Device } from '../driver-core/device.ts'
import type { ArmMapping } from './dma-iommu-mapping.ts'

/** A mapping that can no longer be released. */
export interface MappingLeak {
  /** Still alive, and will stay so. */
  mapping: ArmMapping
  /** Device whose driver lost it; null when a release named no device. */
  device: Device | null
  /** One sentence. */
  why: string
}

/**
 * Follows attach, detach and release, and reports each lost reference once, in the journal as
 * `leak`. Ours: Linux notices none of them.
 */
export class MappingLeaks {
  readonly #journal: Journal
  readonly #found: MappingLeak[] = []
  /** What the last detach took out of archdata.mapping. */
  #detached: { mapping: ArmMapping; device: Device } | null = null

  constructor(journal: Journal) {
    this.#journal = journal
  }

  /** An attach replaced `old` in archdata.mapping: the reference of its own attach is lost. */
  overwritten(device: Device, old: ArmMapping, by: ArmMapping, causes: readonly Cause[]): void {
    const why =
      old === by
        ? `${device.name} was attached to ${old} twice: one reference stays after a detach`
        : `attaching ${device.name} to ${by} replaced ${old} without a detach: its reference is lost`
    this.#report({ mapping: old, device, why }, { lost: old.id, by: by.id }, causes)
  }

  /** archdata.mapping was cleared by a detach. */
  cleared(device: Device, mapping: ArmMapping): void {
    this.#detached = { mapping, device }
  }

  /**
   * arm_iommu_release_mapping(NULL): after a detach it is the idiom `detach(dev);
   * release(dev->archdata.mapping)`, which releases the NULL that the detach left.
   */
  releasedNull(): void {
    const detached = this.#detached
    this.#detached = null
    if (detached === null || detached.mapping.refs === 0) return
    // While another device uses the mapping, the one who made it may still hold it.
    if (detached.mapping.devices.length > 0) return
    const { mapping, device } = detached
    const why = `${device.name} released archdata.mapping after the detach had cleared it: ${mapping} keeps its reference`
    this.#report({ mapping, device, why }, { lost: mapping.id, by: null }, [])
  }

  /** A mapping was released properly. */
  released(): void {
    this.#detached = null
  }

  /** Leaks of a device, or all, that are still leaks. */
  of(which: Device | 'all'): MappingLeak[] {
    return this.#found.filter(
      (leak) => leak.mapping.refs > 0 && (which === 'all' || leak.device === which),
    )
  }

  #report(
    leak: MappingLeak,
    data: { lost: number; by: number | null },
    causes: readonly Cause[],
  ): void {
    this.#found.push(leak)
    this.#journal.add('leak', leak.device?.name ?? '', leak.why, causes, data)
  }
}
