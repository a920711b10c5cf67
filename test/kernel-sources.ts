/**
 * Raw boards of a Linux source tree: `DMAPLUMB_LINUX` names one, else Debian's linux-source package
 * under /usr/src is unpacked as far as boards need it.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface KernelSources {
  /** The tree, or null with the reason in `why`. */
  root: string | null
  why: string
  /** Raw boards relative to the tree, sorted. */
  boards: string[]
  remove(): void
}

const PARTS = [
  'arch/arm/boot/dts',
  'arch/arm64/boot/dts',
  'include/dt-bindings',
  // include/dt-bindings links to it.
  'include/uapi/linux/input-event-codes.h',
  'scripts/dtc/include-prefixes',
]

export function kernelSources(): KernelSources {
  const given = process.env.DMAPLUMB_LINUX
  if (given !== undefined) return sourcesIn(given, () => {})
  const packed = existsSync('/usr/src')
    ? readdirSync('/usr/src').find((name) => /^linux-source-.*\.tar\.xz$/.test(name))
    : undefined
  if (packed === undefined) {
    const why = 'no DMAPLUMB_LINUX and no linux-source package'
    return { root: null, why, boards: [], remove: () => {} }
  }
  const folder = mkdtempSync(join(tmpdir(), 'dmaplumb-linux-'))
  execFileSync('tar', [
    ...['-xJf', join('/usr/src', packed), '-C', folder, '--strip-components=1', '--wildcards'],
    ...PARTS.map((part) => `*/${part}`),
  ])
  return sourcesIn(folder, () => rmSync(folder, { recursive: true, force: true }))
}

function sourcesIn(root: string, remove: () => void): KernelSources {
  const boards = ['arm', 'arm64'].flatMap((arch) => boardsIn(root, `arch/${arch}/boot/dts`))
  const why = boards.length === 0 ? `${root} has no boards` : ''
  return { root: boards.length === 0 ? null : root, why, boards: boards.sort(), remove }
}

function boardsIn(root: string, folder: string): string[] {
  const path = join(root, folder)
  if (!existsSync(path)) return []
  return readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const name = `${folder}/${entry.name}`
    if (entry.isDirectory()) return boardsIn(root, name)
    return /\.dtso?$/.test(entry.name) ? [name] : []
  })
}
