/** `dmaplumb pagetable walk IMAGE`: tables in an image of memory, walked, listed or looked for. */
import { parseSize, prettySize } from '../../../base/addr.ts'
import type { FormatSpec } from '../../../pagetable/contract.ts'
import { type IoAddress, parseIoAddress } from '../../../pagetable/image/io-address.ts'
import { layoutOf } from '../../../pagetable/layout.ts'
import type { Call, CommandRow } from '../../command.ts'
import { exitCode } from '../../exit-code.ts'
import { refused } from '../../failures.ts'
import { outputOptions } from '../../options.ts'
import { formatNamed } from './format-named.ts'
import { walkAddresses } from './walk-addresses.ts'
import { listAll } from './walk-all.ts'
import { openWalked } from './walk-image.ts'
import { rankRoots } from './walk-roots.ts'

/** A root of a smaller table still has a page of its own. */
const PAGE = 4096

function refuse(call: Call, message: string, remedy: string): number {
  return refused(call, null, [{ severity: 'error', message, remedy }])
}

/** The root, or an exit code. */
function rootOf(format: FormatSpec, call: Call): { root: number } | number {
  const text = call.options.root
  if (text === '') {
    const remedy = 'walk IMAGE --find-root looks for tables'
    return refuse(call, 'which table? --root 0x... is missing', remedy)
  }
  const root = parseSize(text)
  if (root === null) return refuse(call, `--root ${text} is no address`, 'e.g. --root 0x48429000')
  const unit = Math.min(layoutOf(format).levels[0]!.tableBytes, PAGE)
  if (root % unit === 0) return { root }
  const message = `--root ${text} is no multiple of ${prettySize(unit)}, as a root of ${format.id} is`
  return refuse(call, message, "without the register's other bits")
}

async function walkRoot(call: Call, format: FormatSpec): Promise<number> {
  const { options, args } = call
  const [name = '', ...texts] = args
  const found = rootOf(format, call)
  if (typeof found === 'number') return found
  const addresses: IoAddress[] = []
  for (const text of texts) {
    const address = parseIoAddress(text)
    if (address === null) {
      return refuse(call, `${text} is no I/O virtual address`, '0x... of up to 64 bits')
    }
    addresses.push(address)
  }
  if (options.all === addresses.length > 0) {
    const message = options.all ? '--all lists everything' : 'which I/O virtual address?'
    return refuse(call, message, 'give addresses, or --all, not both')
  }
  const file = await openWalked(name, call)
  if (typeof file === 'number') return file
  const tables = { format, memory: file.image.memory, root: found.root }
  try {
    if (options.all) return await listAll(call, name, tables)
    return walkAddresses(call, name, tables, addresses)
  } finally {
    file.close()
  }
}

async function run(call: Call): Promise<number> {
  const { options, args } = call
  const format = options.format === '' ? null : formatNamed(options.format, call)
  if (format === null && options.format !== '') return exitCode.usage
  if (!options.findRoot) {
    if (format !== null) return walkRoot(call, format)
    return refuse(call, 'which format? --format is missing', 'pagetable formats lists them')
  }
  if (options.all || options.root !== '' || args.length > 1) {
    return refuse(call, '--find-root looks for roots and walks none', 'walk what it finds')
  }
  const limit = options.limit === '' ? 20 : Number(options.limit)
  if (!Number.isInteger(limit) || limit < 1) {
    return refuse(call, `--limit ${options.limit} is no number of roots`, 'e.g. --limit 50')
  }
  const file = await openWalked(args[0] ?? '', call)
  if (typeof file === 'number') return file
  try {
    return rankRoots(call, args[0] ?? '', file.image.memory, format, limit)
  } finally {
    file.close()
  }
}

/** The walk. */
export const walkVerb: CommandRow = {
  name: 'walk',
  summary: 'page tables in an image of memory: walked, listed, or looked for',
  args: [
    { syntax: '<image>', help: 'raw memory, an ELF core, a LiME image, a list of page frames, -' },
    { syntax: '[iova...]', help: 'I/O virtual addresses, 0x...' },
  ],
  options: [
    { flags: '--format <name>', help: 'as in pagetable formats' },
    { flags: '--root <address>', help: 'physical address of the root table' },
    { flags: '--read', help: 'ask for a read (default)' },
    { flags: '--write', help: 'ask for a write; with --read for both' },
    { flags: '--all', help: 'list everything that is mapped, as merged ranges' },
    { flags: '--find-root', help: 'look for root tables, of --format or of every format' },
    { flags: '--limit <number>', help: 'roots to show (default: 20)' },
    { flags: '--base <address>', help: 'raw memory: address of its first byte (default: 0)' },
    {
      flags: '--memory <list>',
      help: 'raw memory: the pieces that follow each other in it, BASE+SIZE,...',
    },
    { flags: '--frames <file>', help: 'raw memory: the address of each page, as JSON or lines' },
    ...outputOptions,
  ],
  examples: [
    'pagetable walk ram.bin --base 0x40000000 --format arm-lpae-s1-64 --root 0x48429000 0xffffb000',
    'pagetable walk vmcore --format intel-vtd-sl-3 --root 0x46be000 --all',
    'pagetable walk smmu-pages.json --find-root',
  ],
  run,
}
