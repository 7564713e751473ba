import { expect, it } from 'vitest'

import { type Choice, hunksOf, merged, sidesOf, suggestion } from './differences'

const LONG = 'The engine weaves. '.repeat(260)

function shown(theirs: string, mine: string, side: 'mine' | 'theirs'): string {
  return hunksOf(theirs, mine)
    .filter(({ isSame }) => !isSame)
    .flatMap((hunk) => sidesOf(hunk)[side])
    .map(({ text, isMarked }) => (isMarked ? `[${text}]` : text))
    .join('')
}

function suggested(base: string, theirs: string, mine: string): string {
  const hunks = hunksOf(theirs, mine)
  return merged(
    hunks,
    hunks.map((hunk) => suggestion(hunk, base)),
  )
}

it('shows a difference at the end of two long texts', () => {
  expect(shown(`${LONG}Theirs.`, `${LONG}Mine.`, 'theirs')).toMatch(/^… .*weaves\. \[Theirs\]\.$/)
  expect(shown(`${LONG}Theirs.`, `${LONG}Mine.`, 'mine')).toMatch(/^… The engine .*weaves\. \[Mine\]\.$/)
  expect(shown(`${LONG}Theirs.`, `${LONG}Mine.`, 'mine').length).toBeLessThan(250)
})

it('shows each difference with its context', () => {
  const mine = `First. ${LONG}in the middle ${LONG}Last.`
  expect(shown(`Begin. ${LONG}${LONG}End.`, mine, 'mine')).toMatch(
    /^\[First\]\. .* … .*\[in the middle .*\].* … .*\[Last\]\.$/,
  )
})

it('shows differences in whitespace and line breaks', () => {
  expect(shown('a b', 'a  b', 'mine')).toContain('[')
  expect(hunksOf('a\nb', 'a\n\nb').filter(({ isSame }) => !isSame)).toEqual([{ theirs: [], mine: [''], isSame: false }])
})

it('shows texts without common parts in full', () => {
  const words = (seed: string) => Array.from({ length: 9000 }, (_, index) => `${seed}${index}`).join(' ')
  expect(shown(words('a'), words('b'), 'mine')).toBe(`[${words('b')}]`)
})

it.each<[Choice, string]>([
  ['theirs', 'One\nTwo\nTheirs'],
  ['mine', 'One\nTwo\nMine'],
  ['both', 'One\nTwo\nTheirs\n\nMine'],
])('builds a text from what was chosen: %s', (choice, text) => {
  const hunks = hunksOf('One\nTwo\nTheirs', 'One\nTwo\nMine')
  expect(merged(hunks, ['mine', choice])).toBe(text)
})

it('keeps every line of both versions, whatever is chosen around it', () => {
  const [theirs, mine] = ['\na\n\nb\nc\n', 'a\n\nB\nc\n\n']
  const hunks = hunksOf(theirs, mine)
  expect(
    merged(
      hunks,
      hunks.map(() => 'theirs'),
    ),
  ).toBe(theirs)
  expect(
    merged(
      hunks,
      hunks.map(() => 'mine'),
    ),
  ).toBe(mine)
})

it.each([
  ['a line that only they changed', 'a\nb\nc', 'a\nb2\nc', 'a\nb\nc', 'a\nb2\nc'],
  ['a line that only I changed', 'a\nb\nc', 'a\nb\nc', 'a\nb2\nc', 'a\nb2\nc'],
  ['lines that each of us changed', 'a\nb\nc', 'a2\nb\nc', 'a\nb\nc2', 'a2\nb\nc2'],
  ['a line that they added', 'a\nb', 'a\nx\nb', 'a\nb', 'a\nx\nb'],
  ['a line that I deleted', 'a\nx\nb', 'a\nx\nb', 'a\nb', 'a\nb'],
  ['a line that they deleted', 'a\nx\nb', 'a\nb', 'a\nx\nb', 'a\nb'],
  ['a line that both changed', 'a\nb', 'a\ntheirs', 'a\nmine', 'a\nmine'],
])('suggests what a merge would: %s', (_, base, theirs, mine, expected) => {
  expect(suggested(base, theirs, mine)).toBe(expected)
})
