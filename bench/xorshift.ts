/** The random numbers of the native workloads. */

/** xorshift32. The state is in an array: a captured variable would be a new object a draw. */
export class Xorshift {
  readonly #x = Int32Array.of(0x1234_5678)

  /** A signed 32-bit value. */
  draw(): number {
    const words = this.#x
    let x = words[0]!
    x ^= x << 13
    x ^= x >>> 17
    x ^= x << 5
    words[0] = x
    return x
  }

  /** What is left of the next number, unsigned, divided by `n`; the division of doubles is slow. */
  below(n: number): number {
    const x = this.draw() >>> 0
    return x - Math.floor(x / n) * n
  }
}
