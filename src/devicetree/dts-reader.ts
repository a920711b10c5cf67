/**
 * The characters of a device tree source, across /include/d files, with the place of each. It
 * passes over blanks, comments and the line markers that the C preprocessor leaves behind.
 */
import type { Position } from '../base/diagnostic.ts'
import type { Findings } from './findings.ts'

/** A file that /include/ asks for: its text, and its name for diagnostics and for cycles. */
export interface IncludedText {
  text: string
  source: string
}

/** Finds a file for /include/: `path` as written, `from` the including file. Null: not found. */
export type IncludeText = (path: string, from: string | undefined) => IncludedText | null

/** Files open in each other; with the next two, this keeps hostile includes from running away. */
export const MAX_INCLUDE_DEPTH = 64
/** Files included in one source, repetitions counted. */
export const MAX_INCLUDES = 1000
/** UTF-16 units of all included files together. */
export const MAX_INCLUDED_CHARACTERS = 2 ** 26

/** No line: `# 0 "board.dts"`, which cpp writes first, makes 0 one. */
const ELSEWHERE = -2

/** One open file. */
interface Frame {
  text: string
  /** The name that /include/ found it under; line markers change only `shown`. */
  source: string | undefined
  shown: string | undefined
  pos: number
  line: number
  lineStart: number
}

// Loops over alternatives are bounded: an unbounded one overflows the stack on a hostile input.
const LINE_MARKER = /#(?:line)?[ \t]+([0-9]{1,9})[ \t]+"((?:[^"\\\n]|\\.){0,4096})"/y
const PREPROCESSOR =
  /#[ \t]*(include|define|undef|ifdef|ifndef|if|elif|else|endif|pragma|error|warning)(?=[ \t\r\n("<]|$)/y
const WORD = /"(?:[^"\\\n]|\\.){0,48}"?|[&/]?[\w,.+*#?@-]+|[^\s]/y

/** See the head of the file. */
export class DtsReader {
  readonly findings: Findings
  readonly #include: IncludeText | undefined
  readonly #outer: Frame[] = []
  #frame: Frame
  #includes = 0
  #characters = 0
  /** True once a line marker of the C preprocessor was read. */
  preprocessed = false
  /** Line where the last token ended; `ELSEWHERE` when that was in another file. */
  #lastLine = ELSEWHERE

  constructor(text: string, source: string | undefined, findings: Findings, include?: IncludeText) {
    this.findings = findings
    this.#include = include
    this.#frame = { text, source, shown: source, pos: 0, line: 1, lineStart: 0 }
  }

  /** Name of the file being read, as /include/ found it. */
  get source(): string | undefined {
    return this.#frame.source
  }

  /** The place of the next token. */
  here(): Position {
    this.skip()
    return this.#position()
  }

  /** The place of the next character, blank or not. */
  #position(): Position {
    const { shown, line, pos, lineStart } = this.#frame
    const column = pos - lineStart + 1
    return shown === undefined ? { line, column } : { source: shown, line, column }
  }

  /** True when the next token begins a line, or follows nothing. */
  get onNewLine(): boolean {
    this.skip()
    return this.#frame.line !== this.#lastLine
  }

  error(message: string, at = this.here(), remedy?: string): void {
    this.findings.error(message, at, remedy)
  }

  /** The next token as a person would quote it. */
  found(): string {
    this.skip()
    return this.#word()
  }

  #word(): string {
    WORD.lastIndex = this.#frame.pos
    const word = WORD.exec(this.#frame.text)?.[0]
    if (word === undefined) return 'the end of the file'
    return word.length > 40 ? `${word.slice(0, 37)}...` : word
  }

  /** Code of the next character after blanks and comments; NaN at the end of the input. */
  next(): number {
    this.skip()
    return this.#frame.text.charCodeAt(this.#frame.pos)
  }

  /** Passes over a punctuation mark or keyword if it is next. */
  eat(mark: string): boolean {
    this.skip()
    if (!this.#frame.text.startsWith(mark, this.#frame.pos)) return false
    this.#take(mark.length)
    return true
  }

  /** What a sticky expression matches here, without passing over it. */
  peek(pattern: RegExp): string | null {
    this.skip()
    pattern.lastIndex = this.#frame.pos
    return pattern.exec(this.#frame.text)?.[0] ?? null
  }

  /** Passes over what a sticky expression matches here; null when it does not. */
  match(pattern: RegExp): RegExpExecArray | null {
    this.skip()
    pattern.lastIndex = this.#frame.pos
    const match = pattern.exec(this.#frame.text)
    if (match !== null) this.#take(match[0].length)
    return match
  }

  /** Passes over one character, whatever it is; false at the end of the input. */
  advance(): boolean {
    if (Number.isNaN(this.next())) return false
    this.#take(1)
    return true
  }

  /**
   * A string or character literal between two `quote`s: what stands inside, escapes untouched.
   * It has to be the next character: blanks are not passed over.
   */
  quoted(quote: '"' | "'"): string | null {
    const { text, pos } = this.#frame
    if (text[pos] !== quote) return null
    let end = pos + 1
    for (; end < text.length && text[end] !== quote; end++) if (text[end] === '\\') end++
    const closed = end < text.length
    if (!closed) this.error(`a ${quote === '"' ? 'string' : 'character literal'} is not closed`)
    this.#take(Math.min(end + 1, text.length) - pos)
    return closed ? text.slice(pos + 1, end) : ''
  }

  /** Blanks, comments, line markers, includes and ends of included files. */
  skip(): void {
    for (;;) {
      const frame = this.#frame
      const code = frame.text.charCodeAt(frame.pos)
      if (code === 10) {
        frame.pos++
        frame.line++
        frame.lineStart = frame.pos
      } else if (code <= 32 || code === 0xfeff) frame.pos++
      else if (code === 47) {
        if (!this.#comment() && !this.#included()) return
      } else if (code === 35) {
        if (!this.#directive()) return
      } else if (Number.isNaN(code)) {
        const outer = this.#outer.pop()
        if (outer === undefined) return
        this.#frame = outer
        this.#lastLine = ELSEWHERE
      } else return
    }
  }

  /** Moves on over a token. */
  #take(length: number): void {
    this.#advance(length)
    this.#lastLine = this.#frame.line
  }

  /** Moves on, counting lines: strings and comments may hold line ends. */
  #advance(length: number): void {
    const frame = this.#frame
    const end = Math.min(frame.pos + length, frame.text.length)
    for (let at = frame.pos; at < end; at++) {
      if (frame.text.charCodeAt(at) !== 10) continue
      frame.line++
      frame.lineStart = at + 1
    }
    frame.pos = end
  }

  #comment(): boolean {
    const { text, pos } = this.#frame
    const kind = text.charCodeAt(pos + 1)
    if (kind !== 47 && kind !== 42) return false
    let end = text.indexOf(kind === 47 ? '\n' : '*/', pos + 2)
    if (end < 0) {
      end = text.length
      if (kind === 42) this.error('a comment is not closed', this.#position())
    } else if (kind === 42) end += 2
    this.#advance(end - pos)
    return true
  }

  /** `# 12 "board.dts"`, or a preprocessor directive that nobody has processed. */
  #directive(): boolean {
    const frame = this.#frame
    if (frame.line === this.#lastLine) return false
    LINE_MARKER.lastIndex = frame.pos
    const marker = frame.pos === frame.lineStart ? LINE_MARKER.exec(frame.text) : null
    if (marker !== null) {
      this.preprocessed = true
      this.#advance(this.#lineEnd(false) - frame.pos)
      // The marker names the line after it; the line end that follows counts one up.
      frame.line = Number(marker[1]) - 1
      this.#lastLine = ELSEWHERE
      frame.shown = marker[2]!.replaceAll(/\\(.)/g, '$1')
      return true
    }
    PREPROCESSOR.lastIndex = frame.pos
    const directive = PREPROCESSOR.exec(frame.text)
    if (directive === null) return false
    const name = directive[1]!
    this.error(
      `#${name} is for the C preprocessor`,
      this.#position(),
      'run cpp over the source first',
    )
    this.#advance(this.#lineEnd(true) - frame.pos)
    return true
  }

  /** Where this line ends; `continued` follows a backslash at its end to the next. */
  #lineEnd(continued: boolean): number {
    const { text, pos } = this.#frame
    let end = text.indexOf('\n', pos)
    while (continued && end > 0 && /\\\r?$/.test(text.slice(end - 2, end))) {
      end = text.indexOf('\n', end + 1)
    }
    return end < 0 ? text.length : end
  }

  #included(): boolean {
    if (!this.#frame.text.startsWith('/include/', this.#frame.pos)) return false
    const at = this.#position()
    this.#advance('/include/'.length)
    // Not `skip`, which would come back here for each of many in a row.
    const { text, pos } = this.#frame
    this.#advance(/\S/g.exec(text.slice(pos, pos + 1000))?.index ?? 0)
    const name = this.quoted('"')
    if (name !== null) this.#open(name, at)
    else this.error(`expected "file" after /include/, found ${this.#word()}`, this.#position())
    return true
  }

  #open(path: string, at: Position): void {
    const file = this.#include?.(path, this.#frame.source) ?? null
    const problem = file === null ? `cannot include ${JSON.stringify(path)}` : this.#refused(file)
    if (file === null || problem !== null) return void this.error(problem!, at)
    this.#outer.push(this.#frame)
    const { text, source } = file
    this.#frame = { text, source, shown: source, pos: 0, line: 1, lineStart: 0 }
    this.#lastLine = ELSEWHERE
  }

  /** Why a file may not be included; null when it may. */
  #refused({ text, source }: IncludedText): string | null {
    const open = [this.#frame, ...this.#outer]
    if (open.some((frame) => frame.source === source)) return `${source} includes itself`
    if (open.length > MAX_INCLUDE_DEPTH) return `includes nested deeper than ${MAX_INCLUDE_DEPTH}`
    if (++this.#includes > MAX_INCLUDES) return `more than ${MAX_INCLUDES} includes`
    this.#characters += text.length
    return this.#characters > MAX_INCLUDED_CHARACTERS ? 'the included files are too large' : null
  }
}
