/**
 * A display controller: each window reads its frame from memory once and shows it. Window w issues
 * on port w modulo the number of ports.
 */
import { registers } from '../base/registers.ts'
import type { BusMasterPorts } from './bus-master.ts'
import { ChannelMaster } from './channel-master.ts'
import { addressHigh, addressLow, statusWord } from './control.ts'
import type { ChannelEnd, MasterRun } from './master-run.ts'

/** Registers of a window, at `channelOffset(window)`. */
export const scanoutWindow = registers('scanout window', [
  addressLow(0x00, 'ADDR_LO', 'first byte of the frame'),
  addressHigh(0x04, 'ADDR_HI', 'first byte of the frame'),
  { at: 0x08, name: 'BYTES', access: 'rw', doc: 'length of the frame', writable: 0x00ff_ffff },
  { at: 0x0c, name: 'ENABLE', access: 'rw', doc: '1: the window is shown', writable: 1 },
  { at: 0x10, name: 'STATUS', access: 'ro', doc: 'of the last scan', fields: statusWord.rows },
])

type WindowRegister = keyof typeof scanoutWindow.at

/** Windows of a display controller with `ports` ports: two, or one a port where it has more. */
export function scanoutWindows(ports: number): number {
  return Math.max(2, ports)
}

/** `outcome.emitted[w]` is what window w showed: on an underrun, the part before it. */
export class Scanout extends ChannelMaster<WindowRegister> {
  readonly archetype = 'scanout'

  constructor(ports: BusMasterPorts) {
    super('scanout', scanoutWindow, scanoutWindows(ports.ports.length), ports)
  }

  protected override runChannel(window: number, run: MasterRun): ChannelEnd | null {
    if (this.value(window, 'ENABLE') === 0) return null
    const from = this.address(window, 'ADDR_LO', 'ADDR_HI')
    const bytes = this.value(window, 'BYTES')
    const shown = run.readBursts(window, this.port(window), from, bytes, (burst) => {
      run.emit(window, burst)
      return true
    })
    return shown ? 'done' : 'fault'
  }
}
