import { expect, it } from 'vitest'
import { initialLifecycle, spliceLifecycle } from './lifecycle-lists.ts'

it('inserts before and after named steps, else at the end', () => {
  const lists = spliceLifecycle(initialLifecycle, {
    created: {
      add: [
        { step: 'last' },
        { step: 'first', before: 'dma-configure' },
        { step: 'second', after: 'first' },
      ],
    },
  })
  expect(lists.created).toEqual(['first', 'second', 'dma-configure', 'last'])
  expect(initialLifecycle.created).toEqual(['dma-configure'])
})

it('removes before it adds, so a step can move within a list', () => {
  const lists = spliceLifecycle(
    { ...initialLifecycle, created: ['a', 'b'] },
    { created: { remove: ['a'], add: [{ step: 'a' }] } },
  )
  expect(lists.created).toEqual(['b', 'a'])
})

it('throws for a step that is not there, or there already', () => {
  expect(() => spliceLifecycle(initialLifecycle, { unbound: { remove: ['x'] } })).toThrow(
    'no lifecycle step x',
  )
  expect(() =>
    spliceLifecycle(initialLifecycle, { created: { add: [{ step: 'dma-configure' }] } }),
  ).toThrow('twice')
})
