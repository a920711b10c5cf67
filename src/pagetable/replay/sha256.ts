/** SHA-256 (FIPS 180-4) over ASCII text, for comparing long lists with a digest in a file. */

const primes = [2, 3]
for (let n = 5; primes.length < 64; n += 2) if (primes.every((p) => n % p !== 0)) primes.push(n)
/** The first 32 bits of a fraction. */
const fraction = (x: number) => ((x - Math.floor(x)) * 2 ** 32) | 0
const constants = Int32Array.from(primes, (p) => fraction(Math.cbrt(p)))

/** A digest that grows with what it is given. */
export class Sha256 {
  readonly #state = Int32Array.from(primes.slice(0, 8), (p) => fraction(Math.sqrt(p)))
  readonly #block = new Uint8Array(64)
  readonly #words = new Int32Array(64)
  #used = 0
  #length = 0

  /** Adds text whose characters are all below 0x80. */
  add(text: string): void {
    const block = this.#block
    let used = this.#used
    for (let i = 0; i < text.length; i++) {
      block[used++] = text.charCodeAt(i)
      if (used < 64) continue
      this.#mix()
      used = 0
    }
    this.#used = used
    this.#length += text.length
  }

  /** The digest as 64 hexadecimal digits. Ends the object's use. */
  digest(): string {
    const bits = this.#length * 8
    const block = this.#block
    block[this.#used++] = 0x80
    if (this.#used > 56) {
      block.fill(0, this.#used)
      this.#mix()
      this.#used = 0
    }
    block.fill(0, this.#used)
    const tail = new DataView(block.buffer)
    tail.setUint32(56, Math.floor(bits / 2 ** 32))
    tail.setUint32(60, bits >>> 0)
    this.#mix()
    return [...this.#state].map((w) => (w >>> 0).toString(16).padStart(8, '0')).join('')
  }

  #mix(): void {
    const w = this.#words
    const block = this.#block
    for (let i = 0; i < 16; i++) {
      const at = i * 4
      w[i] = (block[at]! << 24) | (block[at + 1]! << 16) | (block[at + 2]! << 8) | block[at + 3]!
    }
    for (let i = 16; i < 64; i++) {
      const a = w[i - 15]!
      const b = w[i - 2]!
      const s0 = ((a >>> 7) | (a << 25)) ^ ((a >>> 18) | (a << 14)) ^ (a >>> 3)
      const s1 = ((b >>> 17) | (b << 15)) ^ ((b >>> 19) | (b << 13)) ^ (b >>> 10)
      w[i] = (((w[i - 16]! + s0) | 0) + w[i - 7]! + s1) | 0
    }
    const state = this.#state
    // Not destructured: iterating costs as much as the rounds.
    let a = state[0]!
    let b = state[1]!
    let c = state[2]!
    let d = state[3]!
    let e = state[4]!
    let f = state[5]!
    let g = state[6]!
    let h = state[7]!
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7))
      const t1 = (h + s1 + ((e & f) ^ (~e & g)) + constants[i]! + w[i]!) | 0
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10))
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0
      h = g
      g = f
      f = e
      e = (d + t1) | 0
      d = c
      c = b
      b = a
      a = (t1 + t2) | 0
    }
    state[0] = state[0]! + a
    state[1] = state[1]! + b
    state[2] = state[2]! + c
    state[3] = state[3]! + d
    state[4] = state[4]! + e
    state[5] = state[5]! + f
    state[6] = state[6]! + g
    state[7] = state[7]! + h
  }
}
