/** The image of `pagetable walk`, by its name and the options that say where its memory belongs. */
import { readFileSync, statSync } from 'node:fs'
import { resolve } from 'node:path'
import { parseSize } from '../../../base/addr.ts'
import type { Diagnostic } from '../../../base/diagnostic.ts'
import { type ByteSource, bytesSource } from '../../../pagetable/image/byte-source.ts'
import { type Image, type ImageOptions, openImage } from '../../../pagetable/image/open-image.ts'
import { type PageFrames, parsePageFrames } from '../../../pagetable/image/page-frames.ts'
import { formOf } from '../../../pagetable/image/recognise.ts'
import { parseMemory } from '../../args.ts'
import type { Call } from '../../command.ts'
import { refused, unreadable } from '../../failures.ts'
import { readProblem } from '../../load-boards.ts'
import { type FileSource, openFileSource } from './file-source.ts'

/** A list of page frames is not larger. */
const MOST_LIST_BYTES = 2 ** 28
/** A list that lies beside the image is looked for where it is not larger. */
const MOST_BESIDE_BYTES = 2 ** 24

/** The image and how to be done with it. */
export interface OpenedFile {
  image: Image
  close(): void
}

const error = (message: string, source?: string, remedy?: string): Diagnostic => ({
  severity: 'error',
  message,
  at: source === undefined ? {} : { source },
  remedy,
})

/** The image, or an exit code after saying what is wrong. */
export async function openWalked(name: string, call: Call): Promise<OpenedFile | number> {
  const { options } = call
  const given = ['base', 'memory', 'frames'].filter((o) => options[o as 'base'])
  if (given.length > 1) {
    const message = `--${given.join(' and --')} exclude each other`
    return refused(call, null, [error(message)])
  }
  const placed = placeOf(call)
  if ('severity' in placed) return refused(call, null, [placed])
  let file: FileSource | null = null
  /** What is being read, for what goes wrong. */
  let source = name
  try {
    if (name !== '-' && /\.json$/i.test(name) && given.length === 0) {
      placed.frames = framesFrom(name, call)
      source = name.replace(/\.json$/i, '.bin')
    } else if (options.frames !== '') {
      source = options.frames
      placed.frames = framesFrom(options.frames, call)
      source = name
    }
    file = await openSource(source, call)
    if (source === name && given.length === 0) besideIt(name, file, placed, call)
    const { image, diagnostics } = openImage(file, placed)
    const told = diagnostics.map((d) => ({ ...d, at: { source, ...d.at } }))
    if (image === null) {
      file.close()
      return unreadable(call, null, told)
    }
    call.output.diagnostics(told)
    const close = file.close
    return { image, close }
  } catch (problem) {
    file?.close()
    if (problem instanceof ListProblem) return unreadable(call, null, problem.diagnostics)
    const why = readProblem(problem)
    if (why === null) throw problem
    return unreadable(call, null, [error(why, source)])
  }
}

/** What --base and --memory say. */
function placeOf({ options }: Call): ImageOptions | Diagnostic {
  if (options.memory !== null) {
    const memory = parseMemory(options.memory)
    return memory.ok ? { pieces: memory.value } : memory.diagnostic
  }
  if (options.base === '') return {}
  const base = parseSize(options.base)
  return base === null ? error(`--base ${options.base} is no address`) : { base }
}

/** Thrown from where a list is read to where the call is answered. */
class ListProblem extends Error {
  readonly diagnostics: readonly Diagnostic[]

  constructor(diagnostics: readonly Diagnostic[]) {
    super('a list of page frames')
    this.diagnostics = diagnostics
  }
}

function framesFrom(name: string, { host }: Call): PageFrames {
  const path = resolve(host.cwd, name)
  if (statSync(path).size > MOST_LIST_BYTES) {
    throw new ListProblem([error('too large for a list of page frames', name)])
  }
  const { frames, diagnostics } = parsePageFrames(readFileSync(path, 'utf8'))
  if (frames !== null) return frames
  throw new ListProblem(diagnostics.map((d) => ({ ...d, at: { source: name, ...d.at } })))
}

async function openSource(name: string, { host }: Call): Promise<FileSource> {
  if (name !== '-') return openFileSource(resolve(host.cwd, name))
  return { ...bytesSource(await host.stdin()), close: () => {} }
}

/** Takes the list X.json beside raw memory X.bin, where it names exactly the pages of the image. */
function besideIt(name: string, file: ByteSource, placed: ImageOptions, call: Call): void {
  if (!/\.bin$/i.test(name) || formOf(file) !== null) return
  const list = name.replace(/\.bin$/i, '.json')
  const path = resolve(call.host.cwd, list)
  const stat = statSync(path, { throwIfNoEntry: false })
  if (stat === undefined || !stat.isFile() || stat.size > MOST_BESIDE_BYTES) return
  const { frames } = parsePageFrames(readFileSync(path, 'utf8'))
  if (frames === null || frames.pages.length * frames.pageSize !== file.size) return
  placed.frames = frames
  const message = `the list of page frames ${list} beside it says where its pages belong`
  call.output.diagnostics([{ severity: 'note', message, at: { source: name } }])
}
