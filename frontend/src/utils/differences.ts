import { type Change, diffLines, diffWordsWithSpace } from 'diff'

/** A stretch of text that both versions have, or only one. */
export interface Piece {
  text: string
  kind: 'both' | 'mine' | 'theirs'
}

/** Beyond this the texts have little in common, and comparing them word by word would hold up the page. */
const MOST_WORD_EDITS = 2000
const MOST_LINE_EDITS = 5000

/** How much of what both versions have is shown around a difference. */
const CONTEXT = 80

/** Compare two texts word by word, or line by line where little is the same. */
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

/** Return what one version looks like, without long stretches that both have. */
export function sideOf(pieces: Piece[], side: 'mine' | 'theirs'): Piece[] {
  return pieces
    .map((piece, index) => (piece.kind === 'both' ? shortened(piece, index, pieces.length) : piece))
    .filter(({ kind }) => kind === 'both' || kind === side)
}

function toPiece({ value, added, removed }: Change): Piece {
  return { text: value, kind: added ? 'mine' : removed ? 'theirs' : 'both' }
}

/** Leave out the middle of a stretch between two differences, and the far end of the first and the last one. */
function shortened({ text, kind }: Piece, index: number, count: number): Piece {
  if (text.length <= 3 * CONTEXT) return { text, kind }
  // Words stay whole.
  const before = index === 0 ? '' : text.slice(0, CONTEXT).replace(/\S*$/, '')
  const after = index === count - 1 ? '' : text.slice(-CONTEXT).replace(/^\S*/, '')
  return { text: `${before}…${after}`, kind }
}
