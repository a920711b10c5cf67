import { expect, test } from 'vitest'
import { cycles } from '../../bench/iova-native.ts'
import { Cycle, LIMIT } from '../../bench/iova-workload.ts'
import { IovaTree } from './iova-tree.ts'

for (const { live, mask, tree } of cycles) {
  test(`${live} ranges, ${6 * tree.runs} turns: the state is the one that Linux is left with`, () => {
    const space = new IovaTree(4096, 1)
    const by = {
      space,
      take: (size: number) => space.alloc(size, LIMIT, true),
      give: (pfn: number) => {
        space.free(pfn)
      },
    }
    const cycle = new Cycle(by, live, mask)
    cycle.runAll(tree.runs)
    expect(cycle.checksum()).toEqual(tree.state)
  })
}
