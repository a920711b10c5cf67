/** Device trees in and out. The board is a built-in one, so that every clone has it. */
import { parseDtb, printDtb } from '../src/devicetree/dtb.ts'
import { parseDts } from '../src/devicetree/dts.ts'
import type { DeviceTree } from '../src/devicetree/tree.ts'
import { boards } from '../src/machine/boards/boards.ts'
import type { BenchCase } from './case.ts'

const { dts } = boards.named('veyron')

function treeOf(text: string): DeviceTree {
  const { tree } = parseDts(text)
  if (tree === null) throw new Error('the built-in board does not parse')
  return tree
}

/** One operation is one whole board. */
export const devicetreeCases: BenchCase[] = [
  {
    name: 'devicetree/parse-dtb',
    make() {
      const blob = printDtb(treeOf(dts))
      return () => parseDtb(blob).tree?.nodes().length ?? 0
    },
  },
  {
    name: 'devicetree/parse-dts',
    make: () => () => treeOf(dts).nodes().length,
  },
  {
    name: 'devicetree/print-dtb',
    make() {
      const tree = treeOf(dts)
      return () => printDtb(tree).length
    },
  },
]
