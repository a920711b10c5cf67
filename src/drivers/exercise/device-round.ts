/** A round of a device's archetype in memory that its driver chose. */
import { ENODEV } from '../../base/errno.ts'
import type { BusMaster } from '../../devices/bus-master.ts'
import { prepareRound } from './plan.ts'
import { plans } from './plans.ts'
import { type MakeBuffer, type Refusal, type Round, isRefusal } from './round.ts'

/** The bus-master hardware behind a device. */
export interface MasterHardware {
  master: BusMaster
  /** Number of its ports. */
  ports: number
}

/**
 * What a driver adds to the plan of its device: where structures (descriptors, lists) and data
 * live, and what happens around. `hardware` null: no such block on the board, -ENODEV.
 */
export interface DeviceRound {
  hardware: MasterHardware | null
  /** Where the bytes are, e.g. `in coherent memory`. */
  where: string
  structures: MakeBuffer
  data: MakeBuffer
  /** What the driver does before it allocates, e.g. switch a display on; a refusal ends the round. */
  enter?: () => Refusal | null
  /** Undoes `enter`. */
  leave?: () => void
}

/**
 * Builds the round: the plan of the archetype, in the memory that the driver makes. Where the
 * preparation fails, what `enter` did is undone and the refusal handed on.
 */
export function deviceRound(round: DeviceRound): Round {
  const action =
    round.hardware === null ? 'does nothing' : plans[round.hardware.master.archetype].action
  return {
    name: `${action} ${round.where}`,
    prepare() {
      if (round.hardware === null) return { refused: 'there is no such hardware', errno: -ENODEV }
      const { master, ports } = round.hardware
      const refused = round.enter?.() ?? null
      if (refused !== null) return refused
      const { structures, data } = round
      const prepared = prepareRound(master, plans[master.archetype], { structures, data, ports }, 1)
      if (isRefusal(prepared)) {
        round.leave?.()
        return prepared
      }
      return {
        ...prepared,
        release() {
          prepared.release()
          round.leave?.()
        },
      }
    },
  }
}
