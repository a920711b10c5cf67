/**
 * The Renesas IPMMU of R-Car Gen2 as hardware: four contexts, 32 micro-TLBs, tables in memory and an
 * interrupt line. The CPU is taken to run in non-secure mode, so the bank at 0 and the alias at
 * +0x800 are the same registers (unconfirmed), and table entries must be marked non-secure.
 */
import { addr, hex, prettyHex } from '../../base/addr.ts'
import type { FaultKind } from '../../base/fault.ts'
import { RegisterFile } from '../../base/registers.ts'
import type { Access, Translation } from '../../interconnect/translation.ts'
import type { WalkStep } from '../../pagetable/contract.ts'
import { ipmmuVmsa } from '../../pagetable/formats/ipmmu-vmsa.ts'
import { walk } from '../../pagetable/walk.ts'
import type { HardwareModel, HardwarePorts, IommuHardware } from '../family.ts'
import { faultRecord } from '../fault-record.ts'
import { type CachedPage, TranslationCache } from '../translation-cache.ts'
import { invalidWords, walkWords } from '../walk-words.ts'
import {
  CONTEXT_STRIDE,
  CONTEXTS,
  type ContextRegister,
  contextOffset,
  imctr,
  imstr,
  imttbcr,
  imuctr,
  ipmmuBank,
  ipmmuRegisters,
  NS_ALIAS,
  UTLBS,
  utlbAsidAt,
  utlbControlAt,
} from './regs.ts'

/** Levels as the architecture counts them: a walk of 32 bits begins at 1. */
const ENTRY_NAMES = ['L1', 'L2', 'L3']
/** Registers of a context that describe a fault, in reading order. */
const FAULT_REGISTERS = ['IMSTR', 'IMEAR', 'IMTTLBR0', 'IMTTUBR0', 'IMCTR'] as const

/**
 * One IPMMU instance. The stream number of an access is its micro-TLB; an access passes unchanged
 * where that, its context or either enable bit is missing, and a fault sets IMSTR and IMEAR.
 */
export class Ipmmu implements IommuHardware {
  readonly block = ipmmuRegisters
  readonly name: string
  readonly #ports: HardwarePorts
  readonly #file = new RegisterFile(ipmmuBank)
  /** A TLB for each pair of micro-TLB and context. */
  readonly #tlbs = new Map<number, TranslationCache>()

  constructor(ports: HardwarePorts) {
    this.#ports = ports
    this.name = ports.name
  }

  read32(offset: number): number {
    return this.#file.read(offset % NS_ALIAS)
  }

  write32(offset: number, value: number): void {
    const at = offset % NS_ALIAS
    const old = this.#file.read(at)
    const row = this.#file.write(at, value)
    if (row === undefined) return
    const context = contextOf(at, 'IMCTR')
    if (context !== null && (value & imctr.flush) !== 0) {
      this.#file.poke(row.name, value & ~imctr.flush)
      this.#flush((_utlb, c) => c === context)
    }
    const utlb = utlbOf(at)
    if (utlb !== null && (value & imuctr.flush) !== 0) {
      this.#file.poke(row.name, value & ~imuctr.flush)
      this.#flush((n) => n === utlb)
    }
    const cleared = contextOf(at, 'IMSTR')
    if (cleared !== null) {
      // A bit written 0 is cleared, one written 1 stays as it was.
      this.#file.poke(row.name, old & value)
      if ((old & value) === 0) this.#poke(cleared, 'IMEAR', 0)
    }
  }

  translate(access: Access): Translation {
    const utlb = access.stream[0]
    if (utlb === undefined || utlb >= UTLBS) {
      return { kind: 'pass', why: 'the master is behind none of the 32 micro-TLBs' }
    }
    const uctr = this.#file.peek(`IMUCTR(${utlb})`)
    if ((uctr & imuctr.enable) === 0) return { kind: 'pass', why: `IMUCTR(${utlb}).MMUEN is 0` }
    const context = (uctr >>> imuctr.contextShift) & 0xf
    if (context >= CONTEXTS) {
      return { kind: 'pass', why: `IMUCTR(${utlb}).TTSEL is ${context}: no context` }
    }
    if ((this.#peek(context, 'IMCTR') & imctr.enable) === 0) {
      return { kind: 'pass', why: `IMCTR(${context}).MMUEN is 0` }
    }
    const tlb = this.#tlb(utlb, context)
    const cached = tlb.find(access.address)
    if (cached !== null) return this.#permit(access, context, cached, 'TLB entry', 0)
    return this.#walk(access, context, tlb)
  }

  #walk(access: Access, context: number, tlb: TranslationCache): Translation {
    const ttbcr = this.#peek(context, 'IMTTBCR')
    const wanted = imttbcr.longDescriptors + imttbcr.startLevel1
    if ((ttbcr & wanted) >>> 0 !== wanted) {
      const detail = `IMTTBCR(${context}) = ${hex(ttbcr, 8)}: EAE or SL0 is 0, not modelled`
      return this.#refuse(access, context, 'translation', imstr.translation, detail)
    }
    const root = addr(this.#peek(context, 'IMTTUBR0') & 0xff, this.#peek(context, 'IMTTLBR0'))
    const found = walk(ipmmuVmsa, this.#ports.memory, root, access.address)
    const walked = [ipmmuVmsa, ENTRY_NAMES, found.steps, access.address] as const
    const words = walkWords(...walked)
    const secure = found.steps.find((step) => step.kind !== 'empty' && !nonSecure(step))
    if (secure !== undefined) {
      const bit = secure.kind === 'table' ? 'NSTable' : 'NS'
      const detail = `${words}: ${bit} of ${ENTRY_NAMES[secure.level]} is 0 in non-secure mode`
      const status = imstr.permission + imstr.secureCode + errorLevel(secure.level)
      return this.#refuse(access, context, 'permission', status, detail)
    }
    if (found.kind === 'mapped') {
      const page = tlb.fill(access.address, found)
      return this.#permit(access, context, page, words, found.steps.length - 1)
    }
    if (found.reason === 'invalid') {
      const status = imstr.translation + errorLevel(found.level)
      const detail = invalidWords(...walked, 'is not valid')
      return this.#refuse(access, context, 'translation', status, detail)
    }
    const table = found.steps.length === 0 ? `IMTTBR0 ${prettyHex(root)}` : `the table of ${words}`
    const detail = `${table}: no memory answers`
    return this.#refuse(access, context, 'walk-bus-error', imstr.abort, detail)
  }

  #permit(
    access: Access,
    context: number,
    page: CachedPage,
    words: string,
    level: number,
  ): Translation {
    if (access.write ? page.write : page.read) {
      return { kind: 'translated', address: page.phys + (access.address - page.iova) }
    }
    const status = imstr.permission + imstr.accessCode + errorLevel(level)
    const detail = `${words} does not allow a ${access.write ? 'write' : 'read'}`
    return this.#refuse(access, context, 'permission', status, detail)
  }

  /** Aborts the access; nothing stalls. The first fault's address stays until IMSTR is cleared. */
  #refuse(
    access: Access,
    context: number,
    kind: FaultKind,
    status: number,
    detail: string,
  ): Translation {
    if (this.#peek(context, 'IMSTR') === 0) {
      this.#poke(context, 'IMSTR', status)
      this.#poke(context, 'IMEAR', access.address)
    }
    const names = FAULT_REGISTERS.map((name) => `${name}(${context})`)
    const fault = faultRecord(this.name, this.#file, names, { access, kind, detail })
    if ((this.#peek(context, 'IMCTR') & imctr.interrupt) !== 0) this.#ports.raiseIrq()
    return { kind: 'fault', fault }
  }

  #flush(which: (utlb: number, context: number) => boolean): void {
    for (const [key, tlb] of this.#tlbs) {
      if (which(Math.floor(key / CONTEXTS), key % CONTEXTS)) tlb.clear()
    }
  }

  #tlb(utlb: number, context: number): TranslationCache {
    const key = utlb * CONTEXTS + context
    let tlb = this.#tlbs.get(key)
    if (tlb === undefined) {
      tlb = new TranslationCache()
      this.#tlbs.set(key, tlb)
    }
    return tlb
  }

  #peek(context: number, name: ContextRegister): number {
    return this.#file.peek(`${name}(${context})`)
  }

  #poke(context: number, name: ContextRegister, value: number): void {
    this.#file.poke(`${name}(${context})`, value)
  }
}

/** The context whose register `name` is at a byte offset, or null. */
function contextOf(at: number, name: ContextRegister): number | null {
  const context = Math.floor(at / CONTEXT_STRIDE)
  return context < CONTEXTS && at === contextOffset(context, name) ? context : null
}

/** The micro-TLB whose IMUCTR is at a byte offset, or null. */
function utlbOf(at: number): number | null {
  const utlb = Math.floor((at - utlbControlAt(0)) / 16)
  return utlb >= 0 && utlb < UTLBS && at === utlbControlAt(utlb) ? utlb : null
}

/** NSTable (bit 63) of a link, NS (bit 5) of a page or block. */
function nonSecure(step: WalkStep): boolean {
  return step.kind === 'table' ? (step.hi & 0x8000_0000) !== 0 : (step.lo & 0x20) !== 0
}

/** ERRLVL of an index into the format's levels. */
function errorLevel(level: number): number {
  return (level + 1) << imstr.levelShift
}

/** The family's hardware, R-Car Gen2. */
export const ipmmuHardware: HardwareModel = {
  id: 'ipmmu',
  compatibles: ['renesas,ipmmu-vmsa'],
  block: ipmmuRegisters,
  format: ipmmuVmsa,
  states: {
    reset: {
      outcome: 'pass',
      doc: 'IMUCTR(n).MMUEN is 0: addresses pass unchanged',
      source: 'masters run without an IOMMU driver on every board',
    },
    disabled: {
      outcome: 'pass',
      doc: 'IMUCTR(n).MMUEN cleared, or the context off: addresses pass unchanged',
      source: 'drivers/iommu/ipmmu-vmsa.c detaches this way',
    },
    unmatched: {
      outcome: 'pass',
      doc: 'another micro-TLB is off: addresses pass unchanged',
      source: 'drivers/iommu/ipmmu-vmsa.c enables one micro-TLB at a time',
    },
    emptyTable: {
      outcome: 'fault',
      doc: 'level 1 descriptor not valid: IMSTR.TF, the access is aborted, nothing stalls',
      source: 'drivers/iommu/ipmmu-vmsa.c, interrupt handler; that nothing stalls (unconfirmed)',
    },
  },
  scripts: {
    enable(window, root, stream) {
      const utlb = stream[0] ?? 0
      window.write32(contextOffset(0, 'IMTTLBR0'), root % 2 ** 32)
      window.write32(contextOffset(0, 'IMTTUBR0'), Math.floor(root / 2 ** 32))
      window.write32(contextOffset(0, 'IMTTBCR'), imttbcr.longDescriptors + imttbcr.startLevel1)
      window.write32(contextOffset(0, 'IMCTR'), imctr.enable + imctr.flush + imctr.interrupt)
      window.write32(utlbAsidAt(utlb), 0)
      window.write32(utlbControlAt(utlb), imuctr.enable + imuctr.flush)
    },
    disable(window) {
      for (let n = 0; n < UTLBS; n++) window.write32(utlbControlAt(n), 0)
    },
  },
  instances: () => 1,
  create: (ports) => new Ipmmu(ports),
}
