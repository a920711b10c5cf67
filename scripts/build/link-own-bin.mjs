/**
 * npm links the commands of dependencies into node_modules/.bin, but not a package's own. With
 * this link `npx dmaplumb` works inside a clone, at once and without network.
 */
import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

export function linkOwnBin(root) {
  if (process.platform === 'win32' || !existsSync(join(root, 'node_modules'))) return
  const folder = join(root, 'node_modules/.bin')
  mkdirSync(folder, { recursive: true })
  const link = join(folder, 'dmaplumb')
  rmSync(link, { force: true })
  symlinkSync('../../dist/cli.js', link)
}
