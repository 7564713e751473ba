import { type Change, diffArrays, diffWordsWithSpace } from 'diff'

/** A run of lines that is the same in both versions, or differs. */
export interface Hunk {
  theirs: string[]
  mine: string[]
  isSame: boolean
}

export type Choice = 'theirs' | 'mine' | 'both'

/** A piece of a line. */
export interface Piece {
  text: string
  /** Whether only this version has it. */
  isMarked: boolean
}

/** Beyond these, a comparison would block the page. */
const MOST_LINE_EDITS = 3000
const MOST_WORD_EDITS = 2000

/** Characters of common text shown around a difference. */
const CONTEXT = 80

/** Compare two texts line by line. */
export function hunksOf(theirs: string, mine: string): Hunk[] {
  const [theirLines, myLines] = [theirs.split('\n'), mine.split('\n')]
  const changes = diffArrays(theirLines, myLines, { maxEditLength: MOST_LINE_EDITS })
  if (!changes) return [{ theirs: theirLines, mine: myLines, isSame: false }]
  const hunks: Hunk[] = []
  for (const { value, added, removed } of changes) {
    const last = hunks.at(-1)
    if (!added && !removed) hunks.push({ theirs: value, mine: value, isSame: true })
    else if (last && !last.isSame) last[added ? 'mine' : 'theirs'].push(...value)
    else hunks.push({ theirs: added ? [] : value, mine: added ? value : [], isSame: false })
  }
  return hunks
}

/** Return the choice that a merge would make: theirs where only they have changed something. */
export function suggestion({ theirs, mine }: Hunk, base: string | null): Choice {
  if (base === null) return 'mine'
  const isOld = (lines: string[]) => lines.length > 0 && `\n${base}\n`.includes(`\n${lines.join('\n')}\n`)
  const isMineUnchanged = mine.length > 0 ? isOld(mine) : !isOld(theirs)
  return isMineUnchanged && !isOld(theirs) ? 'theirs' : 'mine'
}

/** Return the text with what was chosen for each hunk. */
export function merged(hunks: Hunk[], choices: Choice[]): string {
  return hunks.flatMap((hunk, index) => linesOf(hunk, choices[index] ?? 'mine')).join('\n')
}

/** Return both sides of a hunk, with the words marked that only one of them has. */
export function sidesOf({ theirs, mine }: Hunk): Record<'theirs' | 'mine', Piece[]> {
  const [theirText, myText] = [theirs.join('\n'), mine.join('\n')]
  const changes = diffWordsWithSpace(theirText, myText, { maxEditLength: MOST_WORD_EDITS }) ?? [
    { value: theirText, removed: true, added: false, count: 1 },
    { value: myText, removed: false, added: true, count: 1 },
  ]
  return { theirs: piecesOf(changes, 'added'), mine: piecesOf(changes, 'removed') }
}

/** Cut the middle of a text, and its outer end where there is none. */
export function shortened(text: string, { isFirst = false, isLast = false } = {}): string {
  if (text.length <= 3 * CONTEXT) return text
  // Do not cut words.
  const before = isFirst ? '' : text.slice(0, CONTEXT).replace(/\S*$/, '')
  const after = isLast ? '' : text.slice(-CONTEXT).replace(/^\S*/, '')
  return `${before}…${after}`
}

function linesOf({ theirs, mine, isSame }: Hunk, choice: Choice): string[] {
  if (isSame || choice !== 'both') return choice === 'theirs' ? theirs : mine
  // A blank line, so that two paragraphs stay two.
  return theirs.length > 0 && mine.length > 0 ? [...theirs, '', ...mine] : [...theirs, ...mine]
}

function piecesOf(changes: Change[], left: 'added' | 'removed'): Piece[] {
  return changes
    .filter((change) => !change[left])
    .map(({ value, added, removed }, index, { length }) => {
      const isMarked = added || removed
      const ends = { isFirst: index === 0, isLast: index === length - 1 }
      return { text: isMarked ? value : shortened(value, ends), isMarked }
    })
}
