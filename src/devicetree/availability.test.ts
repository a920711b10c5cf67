import { expect, it } from 'vitest'
import { firstDisabled, isAvailable } from './availability.ts'
import { parseDts } from './dts.ts'

const { tree } = parseDts(`/dts-v1/; / {
  status = "disabled";
  plain { };
  okay { status = "okay"; };
  ok { status = "ok"; };
  off { status = "disabled"; middle { inner { status = "fail"; leaf { }; }; }; };
  reserved { status = "reserved"; };
  empty { status; };
  open { status = [6f 6b]; };
};`)
const at = (path: string) => tree!.byPath(path)!

it('takes a node as available without status, with okay and with ok', () => {
  const available = tree!.root.children.filter(isAvailable).map((n) => n.name)
  expect(available).toEqual(['plain', 'okay', 'ok'])
})

it('looks at the node alone', () => {
  expect(isAvailable(at('/off/middle'))).toBe(true)
})

it('names the topmost disabled node on the way from the root', () => {
  expect(firstDisabled(at('/off/middle/inner/leaf'))).toBe(at('/off'))
  expect(firstDisabled(at('/off'))).toBe(at('/off'))
  expect(firstDisabled(at('/okay'))).toBe(null)
  expect(firstDisabled(tree!.root)).toBe(null)
})
