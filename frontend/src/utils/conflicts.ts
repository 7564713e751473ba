import { t } from '@/i18n'

import { type Choice, type Hunk, hunksOf, merged, suggestion } from './differences'

/** A field that two versions may disagree about. */
export interface ConflictField<Fields> {
  key: keyof Fields & string
  label: string
  /** Whether the text has several lines, of which one can take some from each version. */
  isLong?: boolean
  /** Returns the value in words, unless it is a text or a boolean. */
  show?: (value: Fields[keyof Fields]) => string
}

interface Versions<Fields> {
  mine: Fields
  theirs: Fields
  base: Fields | null
}

interface Part {
  key: string
  label: string
  isLong: boolean
  hunks: Hunk[]
  suggestions: Choice[]
  valueOf: (choices: Choice[]) => unknown
}

/** Return the fields that differ, cut into what one can choose. */
export function differingParts<Fields extends object>(
  fields: ConflictField<Fields>[],
  versions: Versions<Fields>,
): Part[] {
  return fields.map((field) => partOf(field, versions)).filter(({ hunks }) => hunks.some(({ isSame }) => !isSame))
}

function partOf<Fields extends object>(field: ConflictField<Fields>, { mine, theirs, base }: Versions<Fields>): Part {
  const { key, label, isLong = false, show = textOf } = field
  const wordsOf = (version: Fields) => show(version[key])
  const hunks = isLong ? hunksOf(wordsOf(theirs), wordsOf(mine)) : [whole(wordsOf(theirs), wordsOf(mine))]
  return {
    key,
    label,
    isLong,
    hunks,
    suggestions: hunks.map((hunk) => suggestion(hunk, base && wordsOf(base))),
    valueOf: (choices) => (isLong ? merged(hunks, choices) : (choices[0] === 'theirs' ? theirs : mine)[key]),
  }
}

function whole(theirs: string, mine: string): Hunk {
  return { theirs: [theirs], mine: [mine], isSame: theirs === mine }
}

function textOf(value: unknown): string {
  if (typeof value === 'boolean') return t(value ? 'common.yes' : 'common.no')
  return typeof value === 'string' ? value : ''
}
