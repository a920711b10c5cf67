import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { BusError } from '../../base/memory.ts'
import { type ByteSource, bytesSource } from './byte-source.ts'
import { type ImageOptions, openImage } from './open-image.ts'
import { parsePageFrames } from './page-frames.ts'

/** Two pages: one of 0x11, one of 0x22 bytes, and where they belong. */
const pages = [
  { base: 0x8000_3000, bytes: new Uint8Array(4096).fill(0x11) },
  { base: 0x1_0000_1000, bytes: new Uint8Array(4096).fill(0x22) },
]
const joined = new Uint8Array([...pages[0]!.bytes, ...pages[1]!.bytes])

interface Elf {
  wide: boolean
  little: boolean
  /** Instead of 4, a core. */
  type?: number
  headers: { type?: number; paddr: number; offset: number; filesz: number; memsz?: number }[]
  /** The number is not in the header but in the first section header. */
  extended?: boolean
}

/** An ELF file, field by field from the System V ABI; `body` begins at 4096. */
function elf({ wide, little, type = 4, headers, extended }: Elf, body: Uint8Array): Uint8Array {
  const file = new Uint8Array(4096 + body.length)
  const view = new DataView(file.buffer)
  const u16 = (at: number, n: number) => view.setUint16(at, n, little)
  const u32 = (at: number, n: number) => view.setUint32(at, n, little)
  const word = (at: number, n: number) => {
    if (!wide) return u32(at, n)
    u32(little ? at : at + 4, n % 2 ** 32)
    u32(little ? at + 4 : at, Math.floor(n / 2 ** 32))
  }
  file.set([0x7f, 0x45, 0x4c, 0x46, wide ? 2 : 1, little ? 1 : 2, 1])
  const [program, section] = [512, 2048]
  u16(16, type)
  word(wide ? 32 : 28, program)
  word(wide ? 40 : 32, section)
  u16(wide ? 54 : 42, wide ? 56 : 32)
  u16(wide ? 56 : 44, extended ? 0xffff : headers.length)
  u32(section + (wide ? 44 : 28), headers.length)
  for (const [i, h] of headers.entries()) {
    const at = program + i * (wide ? 56 : 32)
    u32(at, h.type ?? 1)
    const fields = [h.offset, 0xdead_0000, h.paddr, h.filesz, h.memsz ?? h.filesz]
    for (const [k, value] of fields.entries()) word(at + (wide ? 8 + 8 * k : 4 + 4 * k), value)
  }
  file.set(body, 4096)
  return file
}

function opened(bytes: Uint8Array, options?: ImageOptions) {
  const { image, diagnostics } = openImage(bytesSource(bytes), options)
  if (image === null) throw new Error(diagnostics.map((d) => d.message).join('; '))
  return { ...image, diagnostics }
}

const refusal = (bytes: Uint8Array, options?: ImageOptions) => {
  const { image, diagnostics } = openImage(bytesSource(bytes), options)
  expect(image).toBeNull()
  return diagnostics.map((d) => `${d.message} (${d.remedy ?? ''})`).join('\n')
}

const text = (s: string) => new TextEncoder().encode(s.padEnd(64, '\0'))

describe('openImage', () => {
  it('takes raw memory at its base, and nothing around it', () => {
    const { memory, form } = opened(joined, { base: 0x4000_0000 })
    expect(form).toBe('raw')
    expect(memory.read32(0x4000_0ffc)).toBe(0x1111_1111)
    expect(memory.read32(0x4000_1000)).toBe(0x2222_2222)
    expect(() => memory.read32(0x4000_2000)).toThrow(BusError)
    expect(() => memory.read32(0x3fff_fffc)).toThrow(BusError)
  })

  it('takes raw memory in pieces, with a hole between them', () => {
    const pieces = pages.map(({ base }) => ({ base, size: 4096 }))
    const { memory, diagnostics } = opened(joined, { pieces })
    expect(diagnostics).toEqual([])
    expect(memory.runs).toEqual(pieces)
    expect(memory.read32(0x1_0000_1004)).toBe(0x2222_2222)
    expect(opened(joined, { pieces: [pieces[0]!] }).diagnostics[0]?.message).toContain('0x1000')
  })

  it('takes a list of page frames as JSON and as lines, in any order', () => {
    const json = JSON.stringify({
      page_size: 4096,
      note: 'x',
      pages: ['0x100001000', '0x80003000'],
    })
    for (const list of [json, '# two\n0x100001000\n\n 0x8000_3000 # the other\n']) {
      const { frames } = parsePageFrames(list)
      const { memory, form } = opened(joined, { frames: frames! })
      expect(form).toBe('page frames')
      expect(memory.read32(0x1_0000_1000)).toBe(0x1111_1111)
      expect(memory.read32(0x8000_3ffc)).toBe(0x2222_2222)
    }
  })

  it.each([
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])('reads an ELF core, 64 bits %s, little endian %s', (wide, little) => {
    const second = wide ? pages[1]!.base : 0x9000_0000
    const headers = [
      { type: 4, paddr: 0, offset: 0, filesz: 16 },
      { paddr: pages[0]!.base, offset: 4096, filesz: 4096 },
      { paddr: second, offset: 8192, filesz: 4096, memsz: 8192 },
    ]
    for (const extended of [false, true]) {
      const { memory, form, diagnostics } = opened(elf({ wide, little, headers, extended }, joined))
      expect(form).toBe('ELF core')
      expect(memory.read32(pages[0]!.base)).toBe(0x1111_1111)
      expect(memory.read32(second + 0xffc)).toBe(0x2222_2222)
      expect(memory.contains(second + 0x1000)).toBe(false)
      expect(diagnostics.map((d) => d.severity)).toEqual(['note'])
    }
  })

  it('takes program headers that overlap, as those of a vmcore do, and unaligned offsets', () => {
    const body = new Uint8Array([7, 7, 7, ...joined])
    const headers = [
      { paddr: 0x1000, offset: 4099 + 4096, filesz: 4096 },
      { paddr: 0, offset: 4099, filesz: 8192 },
      { paddr: 2 ** 64 - 2048, offset: 4096, filesz: 2048 },
    ]
    const { memory, diagnostics } = opened(elf({ wide: true, little: true, headers }, body))
    expect(memory.runs).toEqual([{ base: 0, size: 8192 }])
    expect([memory.read32(0xffc), memory.read32(0x1000)]).toEqual([0x1111_1111, 0x2222_2222])
    expect(diagnostics[0]?.message).toContain('no physical address')
  })

  it('reads what is left of a core that is cut off', () => {
    const headers = [{ paddr: 0x1000, offset: 4096, filesz: 8192 }]
    const bytes = elf({ wide: true, little: true, headers }, joined).subarray(0, 4096 + 5000)
    const { memory, diagnostics } = opened(bytes)
    expect(memory.size).toBe(5000)
    expect(diagnostics[0]).toMatchObject({ severity: 'warning' })
    expect(diagnostics[0]?.message).toContain(`0x${(8192 - 5000).toString(16)} bytes are missing`)
    expect(memory.read32(0x1000 + 4096)).toBe(0x2222_2222)
    expect(() => memory.read32(0x1000 + 5000)).toThrow(BusError)
  })

  it('refuses ELF files that hold no memory of a machine', () => {
    const headers = [0, 1].map((i) => ({ paddr: 0, offset: 4096 + i, filesz: 8 }))
    expect(refusal(elf({ wide: true, little: true, headers }, joined))).toContain('no core of a')
    const program = elf({ wide: true, little: true, type: 2, headers }, joined)
    expect(refusal(program)).toContain('is a program, not a core')
    expect(refusal(program.subarray(0, 40))).toContain('cut off')
    expect(refusal(elf({ wide: true, little: true, headers: [] }, joined))).toContain('no memory')
  })

  it('reads LiME images, range by range', () => {
    const range = ({ base, bytes }: (typeof pages)[0]) => {
      const header = new DataView(new ArrayBuffer(32))
      header.setUint32(0, 0x4c69_4d45, true)
      header.setUint32(4, 1, true)
      header.setBigUint64(8, BigInt(base), true)
      header.setBigUint64(16, BigInt(base + bytes.length - 1), true)
      return [...new Uint8Array(header.buffer), ...bytes]
    }
    const bytes = new Uint8Array(pages.flatMap(range))
    const { memory, form } = opened(bytes)
    expect(form).toBe('LiME')
    expect(memory.runs).toEqual(pages.map(({ base }) => ({ base, size: 4096 })))
    expect(memory.read32(0x1_0000_1abc)).toBe(0x2222_2222)
    bytes[4] = 2
    expect(refusal(bytes)).toContain('LiME version 2')
  })

  it.each([
    ['KDUMP   ', 'makedumpfile -E'],
    ['DISKDUMP', 'makedumpfile -E'],
    ['makedumpfile', 'makedumpfile -R'],
    ['QEVM', 'dump-guest-memory'],
    ['\x28\xb5\x2f\xfd', 'zstd -d'],
  ])('names what must be converted first: %j', (magic, how) => {
    const bytes = text('')
    bytes.set([...magic].map((c) => c.charCodeAt(0)))
    expect(refusal(bytes)).toContain(how)
    // Memory may begin with anything: who says where it belongs says that it is memory.
    expect(opened(bytes, { base: 0 }).form).toBe('raw')
  })

  it('says what is wrong with a list of page frames', () => {
    const wrong = (list: string) => parsePageFrames(list).diagnostics[0]?.message
    expect(wrong('{')).toContain('no JSON')
    expect(wrong('{"pages": [1.5]}')).toContain('pages[0] is 1.5')
    expect(wrong('0x1000\nhello')).toContain("'hello' is no address")
    expect(wrong('0x1000\n0x1000')).toContain('twice')
    expect(wrong('0x1001')).toContain('no multiple')
    expect(wrong('')).toContain('empty')
    expect(wrong('{"page_size": 3, "pages": ["0x0"]}')).toContain('page_size is 3')
  })

  it('reads a large image piece by piece and keeps little of it', () => {
    let largest = 0
    const source: ByteSource = {
      size: 2 ** 35,
      read: (offset, into) => {
        largest = Math.max(largest, into.length)
        new DataView(into.buffer).setUint32(into.byteOffset, offset / 4096, true)
        return into.length
      },
    }
    const { image } = openImage(source, {})
    for (let page = 0; page < 2 ** 23; page += 4099) {
      expect(image!.memory.read32(page * 4096)).toBe(page)
    }
    expect(largest).toBe(4096)
  })

  it('never throws on what a file holds', () => {
    const magics = ['\x7fELF\x02\x01', '\x7fELF\x01\x02', 'EMiL\x01\0\0\0', '']
    fc.assert(
      fc.property(fc.constantFrom(...magics), fc.uint8Array({ maxLength: 600 }), (magic, rest) => {
        const bytes = new Uint8Array([...[...magic].map((c) => c.charCodeAt(0)), ...rest])
        const { image, diagnostics } = openImage(bytesSource(bytes))
        expect(image !== null || diagnostics.some((d) => d.severity === 'error')).toBe(true)
      }),
    )
  })
})
