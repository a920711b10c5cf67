/** Small boards, written to a folder that the test throws away. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { onTestFinished } from 'vitest'
import { printDtb } from '../../src/devicetree/dtb.ts'
import { parseDts } from '../../src/devicetree/dts.ts'

export const vopDts = `/dts-v1/;
/ {
	model = "Test board";
	compatible = "test,board";
	#address-cells = <1>;
	#size-cells = <1>;
	mmu: iommu@ff930300 { compatible = "rockchip,iommu"; reg = <0xff930300 0x100>; #iommu-cells = <0>; };
	vop@ff930000 { compatible = "rockchip,rk3288-vop"; reg = <0xff930000 0x100>; iommus = <&mmu>; };
};
`

/** The blob of a source text. */
export function blobOf(dts: string): Uint8Array {
  const { tree, diagnostics } = parseDts(dts)
  if (tree === null) throw new Error(JSON.stringify(diagnostics))
  return printDtb(tree)
}

/** A folder with these files, removed when the test ends. */
export function folderWith(files: Record<string, string | Uint8Array>): string {
  const folder = mkdtempSync(join(tmpdir(), 'dmaplumb-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), content)
  }
  return folder
}
