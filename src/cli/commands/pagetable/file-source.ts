/** A file as a source of bytes that is read piece by piece. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs'
import { type ByteSource, bytesSource } from '../../../pagetable/image/byte-source.ts'

/** A source that must be closed. */
export interface FileSource extends ByteSource {
  close(): void
}

/** Devices and folders are refused with an error that has a code, as the system's errors have. */
class FileKindError extends Error {
  readonly code: string

  constructor(code: string) {
    super(code)
    this.code = code
  }
}

/** Opens a file, or reads a pipe to its end; the file system's error when that fails. */
export function openFileSource(path: string): FileSource {
  const file = openSync(path, 'r')
  try {
    const stat = fstatSync(file)
    if (stat.isDirectory()) throw new FileKindError('EISDIR')
    if (stat.isCharacterDevice() || stat.isBlockDevice()) throw new FileKindError('EDEVICE')
    if (!stat.isFile()) {
      const bytes = new Uint8Array(readFileSync(file))
      closeSync(file)
      return { ...bytesSource(bytes), close: () => {} }
    }
    return {
      size: stat.size,
      read: (offset, into) => readAll(file, offset, into),
      close: () => closeSync(file),
    }
  } catch (error) {
    closeSync(file)
    throw error
  }
}

/** The system may give less than it was asked for. */
function readAll(file: number, offset: number, into: Uint8Array): number {
  let done = 0
  while (done < into.length) {
    const got = readSync(file, into, done, into.length - done, offset + done)
    if (got === 0) break
    done += got
  }
  return done
}
