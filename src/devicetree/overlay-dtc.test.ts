/** Overlays and symbols compared with dtc and fdtoverlay, where they are installed. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { diffTrees } from './tree-diff.ts'
import { parseDtb, printDtb } from './dtb.ts'
import { parseDts } from './dts.ts'
import { applyOverlay, isOverlay } from './overlay.ts'

const found = ['dtc', 'fdtoverlay'].every((t) => spawnSync(t, ['--version']).status === 0)
const folder = mkdtempSync(join(tmpdir(), 'dmaplumb-overlay-'))
afterAll(() => rmSync(folder, { recursive: true }))

function dtc(source: string, ...flags: string[]): Uint8Array | null {
  const { status, stdout } = spawnSync(
    'dtc',
    ['-q', '-q', '-q', ...flags, '-I', 'dts', '-O', 'dtb'],
    { input: source },
  )
  return status === 0 ? new Uint8Array(stdout) : null
}

const BASE = `/dts-v1/; / { #address-cells = <1>; #size-cells = <1>; refs = <&uart &gic>;
  aliases { serial0 = &uart; };
  gic: gic { #interrupt-cells = <3>; };
  soc: soc { uart: serial@1000 { reg = <0x1000 4>; status = "disabled"; };
    i2c: second: i2c@2000 { /omit-if-no-ref/ left: a { }; kept: b { }; }; }; };`

const overlays = [
  '/dts-v1/; /plugin/; &uart { status = "okay"; new = <&gic 1>, <&uart>; };',
  '/dts-v1/; /plugin/; &i2c { dev: dev@1 { irq = <&gic 1 2>, <&own>; own: x { }; }; }; &soc { z = <&dev &own>; };',
  '/dts-v1/; /plugin/; &{/soc} { more { deep { a = "x", "y"; l: p = [01 02]; }; }; };',
  '/dts-v1/; /plugin/; / { fragment@0 { target = <&soc>; __overlay__ { n: n { }; }; }; fragment@1 { target-path = "/"; __overlay__ { m = <&n>; }; }; };',
  '/dts-v1/; /plugin/; &uart { a = "s", [00 01 02 03], <&gic>, "t"; self: me { phandle = <&self>; }; };',
  '/dts-v1/; /plugin/; &uart { x: y: a { }; }; &uart { b { r = <&x>, <&y>; }; };',
  '/dts-v1/; /plugin/; &uart { a { }; }; / { z { }; };',
]

describe(`dtc (${found ? 'found' : 'skipped: dtc and fdtoverlay are not on the PATH'})`, () => {
  it.skipIf(!found).each(overlays)('and this make the same blob of %s', (source) => {
    for (const symbols of [false, true]) {
      const ours = parseDts(source, { symbols })
      expect(ours.diagnostics).toEqual([])
      expect(Buffer.from(printDtb(ours.tree!))).toEqual(
        Buffer.from(dtc(source, ...(symbols ? ['-@'] : []))!),
      )
    }
  })

  it.skipIf(!found)('and this make the same __symbols__ of a base', () => {
    const { tree, diagnostics } = parseDts(BASE, { symbols: true })
    expect(diagnostics).toEqual([])
    expect(Buffer.from(printDtb(tree!))).toEqual(Buffer.from(dtc(BASE, '-@')!))
  })

  it
    .skipIf(!found)
    .each([
      '/dts-v1/; /plugin/; &uart { x = &nowhere; };',
      '/dts-v1/; /plugin/; &uart { x: a { }; x: b { }; };',
      '/dts-v1/ /plugin/; &uart { };',
      '/plugin/; &uart { };',
      '/dts-v1/; / { }; /plugin/; &uart { };',
      '/dts-v1/; /plugin/; / { }; l: &uart { };',
      '/dts-v1/; /plugin/; l: &uart { };',
      '/dts-v1/; /plugin/; /delete-node/ &uart;',
      '/dts-v1/; /plugin/; / { fragment@0 { }; }; &uart { };',
      '/dts-v1/; /plugin/; &uart { phandle = <&gic>; };',
      '/dts-v1/; /plugin/; /dts-v1/; &uart { };',
      '/dts-v1/; /plugin/; &uart { }; /memreserve/ 1 2;',
    ])('and this both refuse %s', (source) => {
    expect(parseDts(source).diagnostics.map((d) => d.severity)).toContain('error')
    expect(dtc(source)).toBe(null)
  })
})

/** What fdtoverlay makes of it. */
function theirs(overlay: string): Uint8Array {
  const [base, patch, out] = ['base', 'patch', 'out'].map((name) => join(folder, name))
  writeFileSync(base!, dtc(BASE, '-@')!)
  writeFileSync(patch!, dtc(overlay, '-@')!)
  execFileSync('fdtoverlay', ['-i', base!, '-o', out!, patch!])
  return new Uint8Array(readFileSync(out!))
}

describe(`fdtoverlay (${found ? 'found' : 'skipped'})`, () => {
  // It refuses a phandle that refers to its own node, which the kernel takes.
  const taken = overlays.filter((source) => !source.includes('phandle = <&self>'))

  it.skipIf(!found).each(taken.slice(0, 5))('and this make the same tree with %s', (source) => {
    const base = parseDts(BASE, { symbols: true }).tree!
    const before = Buffer.from(printDtb(base))
    const overlay = parseDts(source, { symbols: true }).tree!
    expect(isOverlay(overlay)).toBe(true)
    const { tree, diagnostics } = applyOverlay(base, overlay)
    expect(diagnostics).toEqual([])
    const { changed, added, removed } = diffTrees(parseDtb(theirs(source)).tree!, tree!)
    expect([changed, added, removed]).toEqual([[], [], []])
    expect(Buffer.from(printDtb(base))).toEqual(before)
  })
})
