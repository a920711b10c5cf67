/**
 * Where a SoC's DRAM begins, for boards whose tree leaves the size of memory to the boot loader.
 * From 1,187 blobs of v6.1 and v6.12 without a usable memory node.
 */

/** How a base is known, in words. */
const SOURCES = {
  node: 'unit address of the memory node of its blobs',
  siblings: 'other blobs of the SoC that give a size',
  map: 'memory map of the SoC, from memory',
  reserved: 'reserved memory of its blobs, against the unit address of the memory node',
} as const

/** A SoC's DRAM. */
export interface DramBases {
  /** Compatible string of the SoC. */
  readonly soc: string
  /** First byte of each bank, the main one first. */
  readonly bases: readonly number[]
  readonly source: string
  /**
   * source: read in blobs. inferred: from reserved memory, because the memory node contradicts it.
   * memory: to be doubted.
   */
  readonly confidence: 'source' | 'inferred' | 'memory'
}

type Row = readonly [soc: string, how: keyof typeof SOURCES, ...bases: number[]]

const rows: readonly Row[] = [
  ['qcom,sc7180', 'node', 0x80000000],
  ['rockchip,rk3399', 'map', 0],
  ['qcom,msm8916', 'node', 0x80000000],
  ['fsl,imx6dl', 'node', 0x10000000],
  ['rockchip,rk3566', 'map', 0],
  ['fsl,imx6q', 'node', 0x10000000],
  ['allwinner,sun50i-a64', 'map', 0x40000000],
  ['qcom,sdm845', 'node', 0x80000000],
  ['allwinner,sun7i-a20', 'map', 0x40000000],
  ['allwinner,sun50i-h5', 'map', 0x40000000],
  ['fsl,imx8mm', 'siblings', 0x40000000],
  ['qcom,sc7280', 'node', 0x80000000],
  ['allwinner,sun4i-a10', 'map', 0x40000000],
  ['allwinner,sun8i-h3', 'map', 0x40000000],
  ['ti,omap3', 'siblings', 0x80000000],
  ['qcom,msm8998', 'node', 0x80000000],
  ['fsl,imx8mp', 'siblings', 0x40000000],
  ['fsl,imx8mq', 'siblings', 0x40000000],
  ['rockchip,rk3328', 'map', 0],
  ['rockchip,rk3568', 'map', 0],
  ['rockchip,rk3588', 'map', 0],
  ['allwinner,sun50i-h6', 'map', 0x40000000],
  ['qcom,msm8996', 'node', 0x80000000],
  ['qcom,msm8994', 'reserved', 0],
  ['qcom,sm8250', 'node', 0x80000000],
  ['fsl,ls1028a', 'siblings', 0x80000000],
  ['allwinner,sun5i-a13', 'map', 0x40000000],
  ['mediatek,mt8186', 'node', 0x40000000],
  ['allwinner,sun8i-a33', 'map', 0x40000000],
  ['fsl,imx6ul', 'node', 0x80000000],
  ['qcom,sm8150', 'node', 0x80000000],
  ['qcom,sm8350', 'node', 0x80000000],
  ['fsl,ls1012a', 'map', 0x80000000],
  ['rockchip,px30', 'map', 0],
  ['brcm,bcm2711', 'map', 0],
  ['qcom,msm8992', 'reserved', 0],
  ['rockchip,rk3588s', 'map', 0],
  ['allwinner,sun8i-a23', 'map', 0x40000000],
  ['qcom,sdm630', 'node', 0x80000000],
  ['fsl,imx93', 'reserved', 0x80000000],
  ['allwinner,sun6i-a31s', 'map', 0x40000000],
  ['allwinner,sun50i-h616', 'map', 0x40000000],
  ['qcom,sm8450', 'reserved', 0x80000000],
  ['fsl,ls1046a', 'node', 0x80000000],
  ['fsl,ls1088a', 'map', 0x80000000, 0x80_8000_0000],
  ['rockchip,rk3308', 'map', 0],
  ['rockchip,rk3326', 'map', 0],
  ['qcom,msm8939', 'node', 0x80000000],
  ['qcom,x1e80100', 'node', 0x80000000],
  ['fsl,imx8qm', 'siblings', 0x80000000],
  ['fsl,imx6qp', 'node', 0x10000000],
  ['fsl,imx7d', 'node', 0x80000000],
  ['allwinner,sun5i-a10s', 'map', 0x40000000],
  ['allwinner,sun6i-a31', 'map', 0x40000000],
  ['qcom,sm8550', 'reserved', 0x80000000],
  ['fsl,imx8qxp', 'siblings', 0x80000000],
  ['qcom,ipq9574', 'node', 0x40000000],
  ['qcom,msm8953', 'node', 0x10000000],
  ['allwinner,sun8i-a83t', 'map', 0x40000000],
  ['allwinner,sun8i-h2-plus', 'map', 0x40000000],
  ['allwinner,sun8i-r40', 'map', 0x40000000],
  ['allwinner,sun8i-v3', 'map', 0x40000000],
  ['amd,seattle', 'map', 0x80_0000_0000],
  ['qcom,apq8016', 'node', 0x80000000],
  ['qcom,apq8096', 'node', 0x80000000],
  ['qcom,qcs404', 'node', 0x80000000],
  ['qcom,sc8280xp', 'node', 0x80000000],
  ['allwinner,sun50i-h618', 'map', 0x40000000],
  ['allwinner,sun50i-h700', 'map', 0x40000000],
  ['qcom,ipq5332', 'node', 0x40000000],
  ['qcom,qcm6490', 'node', 0x80000000],
  ['qcom,sm8650', 'reserved', 0x80000000],
  ['marvell,cn9130', 'siblings', 0],
  ['fsl,imx8dx', 'map', 0x80000000, 0x8_8000_0000],
  ['fsl,imx51', 'node', 0x90000000],
  ['fsl,imx6ull', 'node', 0x80000000],
  ['st,stm32mp151', 'map', 0xc0000000],
  ['qcom,sa8540p', 'node', 0x80000000],
  ['qcom,sdm632', 'node', 0x10000000],
  ['qcom,sm6125', 'node', 0x40000000],
  ['fsl,imx53', 'node', 0x70000000],
  ['nextthing,gr8', 'map', 0x40000000],
  ['allwinner,sun8i-v3s', 'map', 0x40000000],
  ['allwinner,sun9i-a80', 'map', 0x20000000],
  ['hisilicon,hi3660', 'map', 0],
  ['hisilicon,hi3670', 'map', 0],
  ['allwinner,sun50i-a100', 'map', 0x40000000],
  ['qcom,apq8094', 'reserved', 0],
  ['qcom,ipq6018', 'map', 0x40000000],
  ['qcom,sa8155p', 'node', 0x80000000],
  ['qcom,sda660', 'node', 0x80000000],
  ['qcom,sdm636', 'node', 0x80000000],
  ['qcom,sdm660', 'node', 0x80000000],
  ['qcom,sm6350', 'node', 0x80000000],
  ['qcom,sm7225', 'node', 0x80000000],
  ['marvell,armada-ap806', 'siblings', 0],
  ['rockchip,rk3318', 'map', 0],
  ['rockchip,rk3368', 'siblings', 0],
  ['rockchip,rk3399pro', 'map', 0],
  ['qcom,ipq5018', 'node', 0x40000000],
  ['qcom,msm8956', 'reserved', 0x20000000],
  ['qcom,sm4250', 'reserved', 0x40000000],
  ['qcom,sa8775p', 'node', 0x80000000],
  ['qcom,sc8180x', 'node', 0x80000000],
  ['qcom,sdm450', 'node', 0x10000000],
  ['qcom,sm6115', 'reserved', 0x40000000],
  ['qcom,sm7125', 'node', 0x80000000],
  ['mediatek,mt7986a', 'siblings', 0x40000000],
  ['ti,am33xx', 'siblings', 0x80000000],
  ['fsl,imx6ulz', 'siblings', 0x80000000],
  ['rockchip,rk3288', 'siblings', 0],
  ['st,stm32mp157', 'siblings', 0xc0000000],
  ['via,vt8500', 'map', 0],
  ['wm,wm8505', 'map', 0],
  ['wm,wm8650', 'map', 0],
  ['wm,wm8750', 'map', 0],
  ['wm,wm8850', 'map', 0],
  ['google,gs101', 'map', 0x80000000],
  ['qcom,msm8929', 'node', 0x80000000],
  ['qcom,qdu1000', 'node', 0x80000000],
  ['qcom,qcm2290', 'node', 0x40000000],
  ['qcom,qru1000', 'node', 0x80000000],
  ['qcom,sdm670', 'node', 0x80000000],
  ['qcom,sdx75', 'node', 0x80000000],
  ['qcom,sm4450', 'reserved', 0x80000000],
  ['qcom,sm6375', 'node', 0x80000000],
  ['mediatek,mt7988a', 'map', 0x40000000],
]

const CONFIDENCE = {
  node: 'source',
  siblings: 'source',
  map: 'memory',
  reserved: 'inferred',
} as const

/** Every SoC in the table, commonest first. */
export const dramTable: readonly DramBases[] = rows.map(([soc, how, ...bases]) => ({
  soc,
  bases,
  source: SOURCES[how],
  confidence: CONFIDENCE[how],
}))

const bySoc = new Map(dramTable.map((row) => [row.soc, row]))

/** DRAM of a board by its root compatible strings: the last, which names the SoC, before the others. */
export function dramBases(rootCompatibles: readonly string[]): DramBases | null {
  for (const compatible of rootCompatibles.toReversed()) {
    const row = bySoc.get(compatible)
    if (row !== undefined) return row
  }
  return null
}
