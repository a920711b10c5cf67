/**
 * A device tree as the kernel shows it in /proc/device-tree or /sys/firmware/devicetree/base: a
 * directory is a node and a file in it a property.
 */
import { lstatSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Diagnostic } from '../base/diagnostic.ts'
import { DeviceTree, DtNode } from '../devicetree/tree.ts'

/** Limits that stop a walk through a directory that is no device tree after all. */
const MAX_DEPTH = 64
const MAX_FILES = 200_000
const MAX_PROPERTY_BYTES = 2 ** 24

/** Every root of a device tree has one of these. */
const rootProperties = ['compatible', '#address-cells', 'model']

/** What a directory yielded. */
export interface DirectoryTree {
  tree: DeviceTree | null
  diagnostics: Diagnostic[]
}

interface Walk {
  source: string
  files: number
  diagnostics: Diagnostic[]
}

function fail(walk: Walk, path: string, message: string): void {
  walk.diagnostics.push({ severity: 'error', message, at: { source: walk.source, path } })
}

/** Names in bytewise order: the kernel's own order in a directory listing means nothing. */
function sortedNames(folder: string): string[] {
  return readdirSync(folder).sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function errorText(error: unknown): string {
  return (error as { code?: string }).code ?? String(error)
}

function readProperty(walk: Walk, node: DtNode, file: string, name: string, size: number): void {
  if (size > MAX_PROPERTY_BYTES) {
    fail(walk, node.path, `${name} is too big for a property`)
    return
  }
  try {
    const value = new Uint8Array(readFileSync(file))
    // The kernel makes a property `name` up for every node.
    const made = name === 'name' && node.prop('name') === undefined && isName(value, node)
    if (!made) node.setProperty(name, value)
  } catch (error) {
    fail(walk, node.path, `cannot read property ${name}: ${errorText(error)}`)
  }
}

function isName(value: Uint8Array, node: DtNode): boolean {
  return Buffer.from(value).toString('latin1').replace(/\0$/, '') === node.baseName
}

function readNode(walk: Walk, node: DtNode, folder: string, depth: number): void {
  if (depth > MAX_DEPTH) {
    fail(walk, node.path, `more than ${MAX_DEPTH} levels of nodes`)
    return
  }
  for (const name of sortedNames(folder)) {
    if (++walk.files > MAX_FILES) return
    const path = join(folder, name)
    // Nodes and properties are plain directories and files; links among them are not followed.
    const stat = lstatSync(path)
    if (stat.isDirectory()) readNode(walk, node.addChild(name), path, depth + 1)
    else if (stat.isFile()) readProperty(walk, node, path, name, stat.size)
  }
}

/** Reads a directory. `source` is its name for diagnostics. Never throws. */
export function readTreeDirectory(folder: string, source: string): DirectoryTree {
  const walk: Walk = { source, files: 0, diagnostics: [] }
  const root = new DtNode('')
  if (!rootProperties.some((p) => statSync(join(folder, p), { throwIfNoEntry: false })?.isFile())) {
    const message = 'a directory, but none like /proc/device-tree: it has no compatible'
    const remedy = `for the boards in it: '${source.replace(/\/$/, '')}/*.dtb'`
    return { tree: null, diagnostics: [{ severity: 'error', message, at: { source }, remedy }] }
  }
  try {
    readNode(walk, root, folder, 0)
  } catch (error) {
    fail(walk, '/', `cannot read the directory: ${errorText(error)}`)
  }
  if (walk.files > MAX_FILES) fail(walk, '/', `more than ${MAX_FILES} files`)
  return { tree: new DeviceTree(root), diagnostics: walk.diagnostics }
}
