/** Where /include/ and /incbin/ of a source look for files. */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, isAbsolute, join, relative, resolve } from 'node:path'
import type { IncludeText } from '../devicetree/dts-reader.ts'
import type { IncludeBytes } from '../devicetree/dts-value.ts'

/** Thrown instead of reading a device, with a code as errors of the system have one. */
class DeviceFileError extends Error {
  readonly code = 'EDEVICE'
}

/** A whole file or pipe. Throws for a device such as /dev/zero, whose end may never come. */
export function readBytes(path: string): Uint8Array {
  const stat = statSync(path)
  if (stat.isCharacterDevice() || stat.isBlockDevice()) throw new DeviceFileError(path)
  return new Uint8Array(readFileSync(path))
}

/** The folder of the file that asks, as the user would name it. */
function folderOf(from: string | undefined): string {
  return from === undefined || from === '-' ? '' : dirname(from)
}

/** /include/: beside the including file, then in `folders` in their order, as dtc -i does. */
export function includeText(cwd: string, folders: readonly string[]): IncludeText {
  return (path, from) => {
    const places = isAbsolute(path) ? [''] : [folderOf(from), ...folders]
    for (const place of places) {
      const source = join(place, path)
      try {
        return { text: new TextDecoder().decode(readBytes(resolve(cwd, source))), source }
      } catch {}
    }
    return null
  }
}

/**
 * /incbin/: only below the including file's folder, links followed. A source from elsewhere must
 * not be able to carry a private file of this machine into a blob.
 */
export function includeBytes(cwd: string): IncludeBytes {
  return (path, from) => {
    try {
      const folder = realpathSync(resolve(cwd, folderOf(from)))
      const file = realpathSync(resolve(folder, path))
      const way = relative(folder, file)
      return isAbsolute(path) || way.startsWith('..') || isAbsolute(way) ? null : readBytes(file)
    } catch {
      return null
    }
  }
}
