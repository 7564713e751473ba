import { expect, it } from 'vitest'

import { inOrder, labelOf, sentenceOf } from './counts'

it('shows numbers in the order that features declare, and unknown ones last', () => {
  const counts = [{ name: 'paid_invoices' }, { name: 'users' }]
  expect(inOrder(counts).map(({ name }) => name)).toEqual(['users', 'paid_invoices'])
})

it('calls a number that no feature declares by its name', () => {
  expect(labelOf('paid_invoices').title).toBe('Paid invoices')
  expect(sentenceOf([{ name: 'paid_invoices', number: 2 }])).toBe('You added 2 paid invoices.')
})
