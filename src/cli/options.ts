/** The options that commands share, as rows: commander and the documentation are fed from them. */

/** One option. */
export interface OptionRow {
  /** As commander writes it, e.g. `--kernel <spec>`. */
  flags: string
  help: string
  /** May be given several times; the values become a list. */
  repeatable?: true
  /** The command refuses to run without it. */
  required?: true
  /** The only values allowed. */
  choices?: readonly string[]
}

/** Parsed options. What a command does not declare keeps its default. */
export interface Options {
  kernel: string
  kernels: string
  from: string
  to: string
  good: string
  bad: string
  config: string | null
  memory: string | null
  wiring: string | null
  with: readonly string[]
  without: readonly string[]
  cmdline: string
  arch: 'arm' | 'arm64' | null
  all: boolean
  /** pagetable replay: without Linux's defects. */
  correct: boolean
  /** pagetable show: empty for every level. */
  level: string
  /** pagetable walk: empty, or as typed. */
  format: string
  root: string
  base: string
  frames: string
  limit: string
  read: boolean
  write: boolean
  findRoot: boolean
  /** dt check: the only checks, and those left out. */
  only: readonly string[]
  ignore: readonly string[]
  list: boolean
  script: boolean
  output: string | null
  cpp: boolean
  include: readonly string[]
  symbols: boolean
  overlay: readonly string[]
  json: boolean
  quiet: boolean
  color: boolean
}

/** Values of options that were not given. */
export const defaultOptions: Options = {
  kernel: '',
  kernels: '',
  from: '',
  to: '',
  good: '',
  bad: '',
  config: null,
  memory: null,
  wiring: null,
  with: [],
  without: [],
  cmdline: '',
  arch: null,
  all: false,
  correct: false,
  level: '',
  format: '',
  root: '',
  base: '',
  frames: '',
  limit: '',
  read: false,
  write: false,
  findRoot: false,
  only: [],
  ignore: [],
  list: false,
  script: false,
  output: null,
  cpp: false,
  include: [],
  symbols: false,
  overlay: [],
  json: false,
  quiet: false,
  color: true,
}

/** How results are shown. */
export const outputOptions: readonly OptionRow[] = [
  { flags: '--json', help: 'print JSON, one object a line (schemas/ describes it)' },
  { flags: '--quiet', help: 'no progress, notes or warnings on standard error' },
  { flags: '--no-color', help: 'no colours (NO_COLOR in the environment does the same)' },
]

/** How a source is read. */
export const sourceOptions: readonly OptionRow[] = [
  { flags: '--cpp', help: 'run the C preprocessor over sources first, as the kernel build does' },
  {
    flags: '-I, --include <dir>',
    help: 'where included files are looked for (a kernel tree is recognised); may be repeated',
    repeatable: true,
  },
]

/** As `dtc -@`. */
export const symbolsOption: OptionRow = {
  flags: '--symbols',
  help: 'make __symbols__ of the labels of a source, so that overlays can refer to them',
}

/** How the trees of boards are read. */
export const readingOptions: readonly OptionRow[] = [
  ...sourceOptions,
  {
    flags: '--overlay <file>',
    help: 'apply an overlay (.dtbo or source) to every board; may be repeated',
    repeatable: true,
  },
]

/** The kernel to use. */
export const kernelOption: OptionRow = {
  flags: '--kernel <spec>',
  help: 'a release; +ID adds a change, ~ID removes one: v3.19-rc5+drivers (default: the newest)',
}

/** What the machine and the kernel are, beside the release. */
export const machineOptions: readonly OptionRow[] = [
  { flags: '--with <id>', help: 'add a change; may be repeated', repeatable: true },
  { flags: '--without <id>', help: 'remove a change; may be repeated', repeatable: true },
  {
    flags: '--config <file>',
    help: "a kernel .config (default: the drivers of this board's SoC are built in)",
  },
  { flags: '--cmdline <text>', help: 'the kernel command line, e.g. "iommu.strict=0"' },
  {
    flags: '--arch <arch>',
    help: 'overrides what the CPU nodes say',
    choices: ['arm', 'arm64'],
  },
  {
    flags: '--memory <list>',
    help: 'RAM as BASE+SIZE,...: hex, decimal, K, M, G (default: what the tree says)',
  },
  {
    flags: '--wiring <tree>',
    help: 'what the hardware really is: a device tree or board:NAME (default: the tree under test)',
  },
  { flags: '--all', help: 'IOMMUs and devices that are no masters too' },
]
