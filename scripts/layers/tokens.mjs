/**
 * A tokenizer for TypeScript, just good enough to find imports, names and literals without being
 * fooled by comments, strings, templates and regular expressions.
 *
 * Token: { kind, text, line, start, end }. Kinds: word, number, bigint, string, template, regex,
 * punct, comment. A template yields one token for each literal piece; the code between `${` and
 * `}` is tokenized like any other.
 */
const word = /[A-Za-z_$#\u0080-\uffff][\w$\u0080-\uffff]*/y
const number =
  /0[xX][\da-fA-F_]+n?|0[bB][01_]+n?|0[oO][0-7_]+n?|(?:\d[\d_]*)?\.?\d[\d_]*(?:[eE][+-]?\d+)?n?/y
const punct =
  />>>=|\*\*=|<<=|>>=|>>>|\?\?=|&&=|\|\|=|===|!==|\.\.\.|=>|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|\+=|-=|\*=|\/=|%=|&=|\|=|\^=|<<|>>|\*\*|./suy
const quoted = { "'": /'(?:[^'\\\n]|\\[\s\S])*'?/y, '"': /"(?:[^"\\\n]|\\[\s\S])*"?/y }
const lineComment = /\/\/[^\n]*/y
const blockComment = /\/\*[\s\S]*?(?:\*\/|$)/y
const regex = /\/(?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+\/[a-z]*/y
const templatePiece = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))*/y
const wordsBeforeRegex = new Set(
  'return typeof case in of delete void throw new do else instanceof await yield'.split(' '),
)

function match(pattern, text, at) {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0] ?? ''
}

/** A slash starts a regular expression where an operand is due. */
function operandDue(previous) {
  if (previous === undefined) return true
  if (previous.kind === 'word') return wordsBeforeRegex.has(previous.text)
  if (previous.kind === 'punct') return ![')', ']', '}'].includes(previous.text)
  return false
}

function nextToken(text, at, previous) {
  const c = text[at]
  const two = text.slice(at, at + 2)
  if (two === '//') return ['comment', match(lineComment, text, at)]
  if (two === '/*') return ['comment', match(blockComment, text, at)]
  if (c === "'" || c === '"') return ['string', match(quoted[c], text, at)]
  if (/\d/.test(c) || /^\.\d/.test(two)) {
    const found = match(number, text, at)
    return [found.endsWith('n') ? 'bigint' : 'number', found]
  }
  if (c === '/' && operandDue(previous)) {
    const found = match(regex, text, at)
    if (found !== '') return ['regex', found]
  }
  const name = match(word, text, at)
  return name === '' ? ['punct', match(punct, text, at)] : ['word', name]
}

/** Tokens of one source text, comments included, in order. */
export function tokenize(text) {
  const tokens = []
  /** Depth of braces at each template whose `${` is open. */
  const templates = []
  let depth = 0
  let at = 0
  let line = 1
  let previous
  const push = (kind, found) => {
    const token = { kind, text: found, line, start: at, end: at + found.length }
    tokens.push(token)
    if (kind !== 'comment') previous = token
    for (let i = 0; i < found.length; i++) if (found[i] === '\n') line++
    at += found.length
  }
  const template = (open) => {
    const piece = open + match(templatePiece, text, at + open.length)
    const close = text.startsWith('`', at + piece.length) ? '`' : '${'
    if (close === '${' && at + piece.length < text.length) templates.push(depth)
    push('template', (piece + close).slice(0, text.length - at))
  }
  while (at < text.length) {
    const c = text[at]
    if (c === '\n') line++
    if (c === ' ' || c === '\n' || c === '\t' || c === '\r') at++
    else if (c === '`') template('`')
    else if (c === '}' && templates.at(-1) === depth) {
      templates.pop()
      template('}')
    } else {
      push(...nextToken(text, at, previous))
      if (previous?.kind === 'punct' && previous.end === at) {
        if (previous.text === '{') depth++
        else if (previous.text === '}') depth--
      }
    }
  }
  return tokens
}
