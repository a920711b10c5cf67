import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LEFT, PARENT, RIGHT, RedBlackTree } from './red-black-tree.ts'

const RED = 3

/** Black nodes on every way down; throws where the tree is not red-black or a link lies. */
function blackHeight({ links }: RedBlackTree, node: number, parent: number, red: boolean): number {
  if (node === 0) return 1
  const at = node * 4
  const isRed = links[at + RED] === 1
  if (links[at + PARENT] !== parent) throw new Error('a child knows another parent')
  if (red && isRed) throw new Error('two red nodes in a row')
  const left = blackHeight({ links } as RedBlackTree, links[at + LEFT]!, node, isRed)
  const right = blackHeight({ links } as RedBlackTree, links[at + RIGHT]!, node, isRed)
  if (left !== right) throw new Error('a side has more black nodes')
  return left + (isRed ? 0 : 1)
}

function inOrder(tree: RedBlackTree): number[] {
  const all: number[] = []
  for (let n = tree.first(); n !== 0; n = tree.next(n)) all.push(n)
  return all
}

/** Adds a node right before the one at `index` of the order, or last. */
function addAt(tree: RedBlackTree, order: number[], index: number): void {
  const node = tree.take()
  const before = order[index]
  if (order.length === 0) tree.add(node, 0, LEFT)
  else if (before === undefined) tree.add(node, order[order.length - 1]!, RIGHT)
  else if (tree.links[before * 4 + LEFT] === 0) tree.add(node, before, LEFT)
  else tree.add(node, order[index - 1]!, RIGHT)
  order.splice(index, 0, node)
}

test('it stays red-black and in order whatever is added and removed', () => {
  const step = fc.record({ add: fc.boolean(), where: fc.nat(1000) })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const tree = new RedBlackTree(4)
      const order: number[] = []
      for (const { add, where } of steps) {
        if (add || order.length === 0) addAt(tree, order, where % (order.length + 1))
        else tree.remove(order.splice(where % order.length, 1)[0]!)
        blackHeight(tree, tree.root, 0, true)
        expect(inOrder(tree)).toEqual(order)
      }
      for (const [i, node] of order.entries()) expect(tree.previous(node)).toBe(order[i - 1] ?? 0)
    }),
  )
})

test('nodes that were given back are used again', () => {
  const tree = new RedBlackTree(4)
  const order: number[] = []
  for (let i = 0; i < 3; i++) addAt(tree, order, i)
  for (let i = 0; i < 1000; i++) {
    tree.remove(order.shift()!)
    addAt(tree, order, order.length)
  }
  expect(tree.capacity).toBe(4)
})
