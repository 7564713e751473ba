import { expect, it } from 'vitest'

import { differences, sideOf } from './differences'

const LONG = 'The engine weaves. '.repeat(260)

function shown(theirs: string, mine: string, side: 'mine' | 'theirs'): string {
  return sideOf(differences(theirs, mine), side)
    .map(({ text, kind }) => (kind === 'both' ? text : `[${text}]`))
    .join('')
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
  expect(shown('a\nb', 'a\n\nb', 'mine')).toContain('[')
})

it('shows texts without common parts in full', () => {
  const words = (seed: string) => Array.from({ length: 9000 }, (_, index) => `${seed}${index}`).join(' ')
  expect(shown(words('a'), words('b'), 'mine')).toBe(`[${words('b')}]`)
})
