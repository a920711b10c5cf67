/** What a command of the tool is: a row, and a function that runs it. */
import type { Analyses } from './analyses.ts'
import type { Host } from './host.ts'
import type { OptionRow, Options } from './options.ts'
import type { Output } from './output.ts'

/** One invocation. */
export interface Call {
  /** Name of the command, as in JSON: `check`, `dt show`. */
  command: string
  /** Positional arguments; those of a list argument (`<board...>`) one after the other. */
  args: readonly string[]
  options: Options
  host: Host
  output: Output
  analyses: Analyses
}

/** A command that stands for a family: `dt show`, `dt diff`. */
export interface CommandFamily {
  name: string
  summary: string
  /** The commands after the name. To add one: a file and a line in the family's list. */
  verbs: readonly CommandRow[]
}

/** One command. `run` returns an exit code (see exit-code.ts). */
export interface CommandRow {
  /** Of a verb without the family's name. */
  name: string
  summary: string
  /** As commander writes them: `<board...>`, `[device]`. */
  args: readonly { syntax: string; help: string }[]
  options: readonly OptionRow[]
  /** Command lines without the leading `dmaplumb`. */
  examples: readonly string[]
  /** Left out of the list of commands. */
  hidden?: true
  run(call: Call): Promise<number>
}

/** Help of the argument that all commands with boards share. */
export const boardHelp =
  'a .dtb, a .dts, a directory like /proc/device-tree, -, a glob, or board:NAME (built in)'

/** Help of a device argument. */
export const deviceHelp = "a node's path, label or alias, or Linux's name for it (ff930000.vop)"

/** Help of a device tree argument, for commands that look at trees and not at boards. */
export const treeHelp =
  'a .dtb, a .dts, a .dtbo, JSON of dt convert, a directory like /proc/device-tree, -, or board:NAME'
