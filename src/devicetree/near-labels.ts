/**
 * Labels that look like one that is not there. Comparing takes time: it is done for the first few
 * mistakes, among as many labels as boards have.
 */
import { nearNames } from '../base/near-names.ts'

const LONGEST_COMPARED = 64
const MOST_COMPARED = 5000
const MOST_SUGGESTIONS = 10

/** See the head of the file. One instance serves one input. */
export class NearLabels {
  #asked = 0

  /** Of `count` known labels, which `known` lists, those that look like `label`. */
  of(label: string, count: number, known: () => readonly string[]): string[] {
    if (label.length > LONGEST_COMPARED || count > MOST_COMPARED) return []
    if (this.#asked >= MOST_SUGGESTIONS) return []
    this.#asked++
    return nearNames(
      label,
      known().filter((other) => other.length <= LONGEST_COMPARED),
    )
  }
}
