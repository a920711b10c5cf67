import { expect, it } from 'vitest'
import { parseDts } from './dts.ts'
import { phandleArgs } from './phandles.ts'

function list(value: string) {
  const { tree } = parseDts(`/dts-v1/; / {
    a: a { #x-cells = <1>; phandle = <1>; };
    b: b { #x-cells = <0>; phandle = <2>; };
    c: c { phandle = <3>; };
    n { list = ${value}; };
  };`)
  return phandleArgs(tree!, tree!.byPath('/n')!, 'list', '#x-cells').map((e) => [
    e.provider?.path ?? null,
    e.args,
    ...(e.problem === undefined ? [] : [e.problem]),
  ])
}

it('splits a list by what each target says', () => {
  expect(list('<&a 7 &b &a 0xffffffff>')).toEqual([
    ['/a', [7]],
    ['/b', []],
    ['/a', [0xffff_ffff]],
  ])
})

it('takes a phandle of 0 as a hole', () => {
  expect(list('<&b 0 &b>')).toEqual([
    ['/b', []],
    [null, []],
    ['/b', []],
  ])
})

it('stops, and says why, where the length of an entry is unknown or too long', () => {
  expect(list('<&b 99 1 2>')).toEqual([
    ['/b', []],
    [null, [], 'no node has phandle 0x63'],
  ])
  expect(list('<&c 1>')).toEqual([['/c', [], '/c has no #x-cells']])
  expect(list('<&b &a>')).toEqual([
    ['/b', []],
    ['/a', [], '/a takes 1 cells, but 0 are left'],
  ])
  expect(list('<&b>, [00]')).toEqual([
    ['/b', []],
    [null, [], '5 bytes: no whole number of cells'],
  ])
})

it('is empty for an absent or empty property, and takes a fixed number of cells', () => {
  const { tree } = parseDts('/dts-v1/; / { a: a {}; n { list = <&a 1 2 &a 3 4>; none; }; };')
  const n = tree!.byPath('/n')!
  expect(phandleArgs(tree!, n, 'absent', '#x-cells')).toEqual([])
  expect(phandleArgs(tree!, n, 'none', '#x-cells')).toEqual([])
  expect(phandleArgs(tree!, n, 'list', 2).map((e) => e.args)).toEqual([
    [1, 2],
    [3, 4],
  ])
})
