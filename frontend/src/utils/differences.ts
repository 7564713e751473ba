import { type Change, diffLines, diffWordsWithSpace } from 'diff'

/** A piece of text that is in both versions, or in only one. */
export interface Piece {
  text: string
  kind: 'both' | 'mine' | 'theirs'
}

/** Beyond this, comparing word by word would block the page. */
const MOST_WORD_EDITS = 2000
const MOST_LINE_EDITS = 5000

/** Characters of common text shown around a difference. */
const CONTEXT = 80

/** Compare two texts word by word, or line by line if they differ a lot. */
export function differences(theirs: string, mine: string): Piece[] {
  const changes =
    diffWordsWithSpace(theirs, mine, { maxEditLength: MOST_WORD_EDITS }) ??
    diffLines(theirs, mine, { maxEditLength: MOST_LINE_EDITS })
  return (
    changes?.map(toPiece) ?? [
      { text: theirs, kind: 'theirs' },
      { text: mine, kind: 'mine' },
    ]
  )
}

/** Return one version, with long common pieces shortened. */
export function sideOf(pieces: Piece[], side: 'mine' | 'theirs'): Piece[] {
  return pieces
    .map((piece, index) => (piece.kind === 'both' ? shortened(piece, index, pieces.length) : piece))
    .filter(({ kind }) => kind === 'both' || kind === side)
}

function toPiece({ value, added, removed }: Change): Piece {
  return { text: value, kind: added ? 'mine' : removed ? 'theirs' : 'both' }
}

/** Cut the middle of common text between differences, and the outer end of the first and last piece. */
function shortened({ text, kind }: Piece, index: number, count: number): Piece {
  if (text.length <= 3 * CONTEXT) return { text, kind }
  // Do not cut words.
  const before = index === 0 ? '' : text.slice(0, CONTEXT).replace(/\S*$/, '')
  const after = index === count - 1 ? '' : text.slice(-CONTEXT).replace(/^\S*/, '')
  return { text: `${before}…${after}`, kind }
}
