/** Text in lines of a given width. */

const ESCAPE = '\u001b'
const colourCode = new RegExp(`${ESCAPE}\\[[0-9;]*m`, 'g')

/** Characters that a text takes on the screen: colour codes take none. */
export function visibleLength(text: string): number {
  return text.includes(ESCAPE) ? text.replace(colourCode, '').length : text.length
}

/** Spaces after the text up to `width`. */
export function padEnd(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - visibleLength(text)))
}

/** Spaces before the text up to `width`. */
export function padStart(text: string, width: number): string {
  return ' '.repeat(Math.max(0, width - visibleLength(text))) + text
}

/** The first words that fit; a single word that does not fit is cut. */
function takeLine(words: string[], width: number): string {
  let line = words.shift() as string
  if (visibleLength(line) > width && !line.includes(ESCAPE)) {
    words.unshift(line.slice(width))
    return line.slice(0, width)
  }
  while (words.length > 0 && visibleLength(line) + 1 + visibleLength(words[0] as string) <= width) {
    line += ` ${words.shift()}`
  }
  return line
}

/**
 * Breaks a text at spaces into lines of at most `width` characters; line breaks in it stay. An empty
 * text is one empty line.
 */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const paragraph of text.split('\n')) {
    const words = paragraph.split(' ').filter((w) => w !== '')
    if (words.length === 0) lines.push('')
    while (words.length > 0) lines.push(takeLine(words, Math.max(1, width)))
  }
  return lines
}

/** Wrapped, with `first` in front of the first line and `rest` in front of the others. */
export function indented(text: string, width: number, first: string, rest = first): string[] {
  const inner = width - Math.max(first.length, rest.length)
  return wrap(text, inner).map((line, i) => ((i === 0 ? first : rest) + line).trimEnd())
}
