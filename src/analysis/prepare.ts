/** From a board and a request to a kernel that can be booted on it. */
import type { Diagnostic } from '../base/diagnostic.ts'
import { type Kernel, resolveKernel } from '../kernel/kernel.ts'
import { archNote } from '../kernel/arch-note.ts'
import { type KernelConfig, parseKernelConfig } from '../kernel/config.ts'
import { parseKernelSpec } from '../kernel/spec.ts'
import { archOf } from '../machine/arch.ts'
import { impliedChanges, neededAvailability } from '../machine/availability-needs.ts'
import { needsLpae } from '../machine/built.ts'
import { newestRelease } from '../policy/releases.ts'
import type { Board, Request } from './contract.ts'

/** A kernel resolved for a board. */
export interface Prepared {
  kernel: Kernel
  arch: 'arm' | 'arm64'
  lpae: boolean
  pageSize: number
  diagnostics: Diagnostic[]
}

/** `spec` replaces the request's kernel when given. Errors leave `prepared` null. */
export function prepareKernel(
  board: Board,
  request: Request,
  spec: string = request.kernel,
): { prepared: Prepared | null; diagnostics: Diagnostic[] } {
  const { tree } = board
  const diagnostics: Diagnostic[] = []
  const config = readConfig(request, diagnostics)
  const release = parseKernelSpec(spec).spec?.release ?? newestRelease
  const resolved = resolveKernel(spec, {
    extraChanges: impliedChanges(tree),
    neededAvailability: () => neededAvailability(tree, release),
    config,
    cmdline: request.cmdline,
    with: [...request.with],
    without: [...request.without],
  })
  diagnostics.push(...resolved.diagnostics)
  if (resolved.kernel === null) return { prepared: null, diagnostics }
  const arch = request.arch ?? config?.arch ?? archOf(tree)
  const note = archNote(arch)
  if (note !== null) diagnostics.push({ severity: 'note', message: note })
  const lpae = arch === 'arm' && (config === null ? needsLpae(tree) : config.lpae)
  const pageSize = config?.pageSize ?? 4096
  return { prepared: { kernel: resolved.kernel, arch, lpae, pageSize, diagnostics }, diagnostics }
}

function readConfig(request: Request, diagnostics: Diagnostic[]): KernelConfig | null {
  if (request.config === null) return null
  const parsed = parseKernelConfig(request.config.text, request.config.source)
  diagnostics.push(...parsed.diagnostics)
  return parsed.config
}
