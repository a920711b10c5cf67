/**
 * A core run by firmware (GPU, DSP, video decoder): fetches commands from memory through its first
 * port and carries them out, each on the port that the command names.
 */
import { registers } from '../base/registers.ts'
import type { BusMasterPorts } from './bus-master.ts'
import { ChannelMaster } from './channel-master.ts'
import { addressHigh, addressLow, statusWord } from './control.ts'
import { rawCommand, rawLengthWord, rawOpWord, rawOperation } from './descriptor.ts'
import type { ChannelEnd, MasterRun } from './master-run.ts'

/** Registers of the core, at `channelOffset(0)`. */
export const rawRegisters = registers('raw', [
  addressLow(0x00, 'LIST_LO', 'first command'),
  addressHigh(0x04, 'LIST_HI', 'first command'),
  { at: 0x0c, name: 'ENABLE', access: 'rw', doc: '1: the core runs', writable: 1 },
  { at: 0x10, name: 'STATUS', access: 'ro', doc: 'of the last list', fields: statusWord.rows },
])

type RawRegister = keyof typeof rawRegisters.at

/** Commands after which the core's watchdog stops a list that has no END. */
export const RAW_MOST_COMMANDS = 1024

/**
 * The model behind `rawRegisters`: one channel that runs the list at LIST until END. A code that is
 * neither COPY nor END, or a list without END, ends as bad; a refused access as a fault.
 */
export class Raw extends ChannelMaster<RawRegister> {
  readonly archetype = 'raw'

  constructor(ports: BusMasterPorts) {
    super('raw', rawRegisters, 1, ports)
  }

  protected override runChannel(channel: number, run: MasterRun): ChannelEnd | null {
    if (this.value(channel, 'ENABLE') === 0) return null
    const list = this.address(channel, 'LIST_LO', 'LIST_HI')
    for (let i = 0; i < RAW_MOST_COMMANDS; i++) {
      const at = list + i * rawCommand.bytes
      const bytes = run.read(channel, this.port(0), at, rawCommand.bytes)
      if (bytes === null) return 'fault'
      const command = rawCommand.decode(bytes)
      const code = rawOpWord.field('CODE', command.OP)
      if (code === rawOperation.END) return 'done'
      if (code !== rawOperation.COPY) return 'bad'
      if (!this.#copy(channel, command, run)) return 'fault'
    }
    return 'bad'
  }

  #copy(channel: number, command: ReturnType<typeof rawCommand.decode>, run: MasterRun): boolean {
    const port = this.port(rawOpWord.field('PORT', command.OP))
    const from = this.join(command.SRC_LO, command.SRC_HI)
    const to = this.join(command.DST_LO, command.DST_HI)
    const bytes = rawLengthWord.field('BYTES', command.LENGTH)
    return run.readBursts(channel, port, from, bytes, (burst, offset) =>
      run.write(channel, port, to + offset, burst),
    )
  }
}
