/** The command line: commander is fed from the rows of commands.ts. */
import { Command, CommanderError, Option } from 'commander'
import { boards } from '../machine/boards/boards.ts'
import type { Analyses } from './analyses.ts'
import type { CommandFamily, CommandRow } from './command.ts'
import { commands } from './commands.ts'
import { exitCode, scriptExitCode } from './exit-code.ts'
import { type Host, lineWidth } from './host.ts'
import { defaultOptions, type OptionRow, type Options } from './options.ts'
import { Output } from './output.ts'

/** What a run needs. */
export interface Setting {
  host: Host
  analyses: Analyses
  version: string
}

const HELP_TAIL = `
BOARD is a .dtb, a .dts, a directory like /proc/device-tree, -, a glob, or board:NAME
(built in: ${boards.names().join(', ')}).
Exit codes: 0 nothing wrong, 1 findings, 2 bad usage, 3 unreadable input, 4 a bug in dmaplumb.
Everything runs on this machine: no board is sent anywhere.

Try: dmaplumb story
     dmaplumb check board:veyron --kernel v3.19-rc5+drivers`

/** Runs the tool with the arguments after its name; returns the exit code. */
export async function run(argv: readonly string[], setting: Setting): Promise<number> {
  let code: number = exitCode.clean
  const program = programOf(setting, (result) => {
    code = result
  })
  try {
    await program.parseAsync(argv, { from: 'user' })
  } catch (error) {
    code = codeOfError(error, setting.host)
  }
  return argv[0] === 'bisect' && argv.includes('--script') ? scriptExitCode(code) : code
}

function codeOfError(error: unknown, host: Host): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCode.usage
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
  host.err(
    `dmaplumb: this is a bug in dmaplumb, not in your input. Please report it with the command line.\n${text}\n`,
  )
  return exitCode.bug
}

function programOf(setting: Setting, done: Done): Command {
  const { host } = setting
  const program = new Command('dmaplumb')
  program
    .description('Which devices of a board do DMA on which Linux kernel, which break, and why.')
    .version(setting.version)
    .usage('COMMAND [BOARD...] [options]')
    .configureOutput({
      writeOut: (text) => host.out(text),
      writeErr: (text) => host.err(text),
      outputError: (text, write) => write(`dmaplumb: ${text}`),
      getOutHelpWidth: () => lineWidth(host),
      getErrHelpWidth: () => lineWidth(host),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .addHelpText('after', HELP_TAIL)
  for (const row of commands) {
    if ('verbs' in row) addFamily(program, row, setting, done)
    else addCommand(program, row, row.name, setting, done)
  }
  return program
}

type Done = (code: number) => void

function addFamily(program: Command, row: CommandFamily, setting: Setting, done: Done): void {
  const family = program.command(row.name).description(row.summary).usage('VERB ... [options]')
  for (const verb of row.verbs) addCommand(family, verb, `${row.name} ${verb.name}`, setting, done)
}

function addCommand(
  parent: Command,
  row: CommandRow,
  name: string,
  setting: Setting,
  done: Done,
): void {
  const command = parent.command(row.name, { hidden: row.hidden === true })
  command.description(row.summary)
  for (const { syntax, help } of row.args) command.argument(syntax, help)
  for (const option of row.options) command.addOption(optionOf(option))
  const examples = row.examples.map((example) => `  dmaplumb ${example}`)
  if (examples.length > 0) command.addHelpText('after', `\nExamples:\n${examples.join('\n')}`)
  command.action(async () => {
    const options: Options = { ...defaultOptions, ...command.opts<Partial<Options>>() }
    const { host, analyses } = setting
    const output = new Output(host, options)
    const args = command.processedArgs.flat().filter((a) => a !== undefined) as string[]
    done(await row.run({ command: name, args, options, host, output, analyses }))
  })
}

function optionOf(row: OptionRow): Option {
  const option = new Option(row.flags, row.help)
  if (row.choices !== undefined) option.choices(row.choices)
  if (row.required) option.makeOptionMandatory()
  if (row.repeatable) {
    option.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value])
  }
  return option
}
