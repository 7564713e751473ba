import userEvent from '@testing-library/user-event'
import { render, screen, waitFor } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'

import type { UserResponse } from '@/api/generated/client'
import I18nT from '@/components/I18nT.vue'
import { n, setLocale, t } from '@/i18n'
import { ada, answer, observe, pageOf } from '@/test/api'
import { renderApp } from '@/test/renderApp'
import { formatDistance, formatMoment } from '@/utils/dates'
import { formatSize } from '@/utils/sizes'
import { eventTitle } from '@/utils/securityEvents'

const user = userEvent.setup()

function speak(...languages: string[]): void {
  vi.spyOn(navigator, 'languages', 'get').mockReturnValue(languages)
}

const reader: UserResponse = { ...ada, permissions: ['read:users'] }

async function openUsers(account: UserResponse = reader) {
  const requests = observe('get', '/api/users/me', { body: { data: account } })
  answer('get', '/api/users', pageOf([], { total: 0 }))
  await renderApp('/admin/users')
  return requests
}

it('shows pages, navigation and titles in the language of the browser', async () => {
  speak('fr-FR', 'de-AT', 'en')
  await openUsers()
  await screen.findByRole('link', { name: 'Benutzer' })
  expect(document.documentElement.lang).toBe('de')
  expect(document.title).toMatch(/^Benutzer · /)
})

it('changes the language without a reload, and keeps the choice in the browser and in the account', async () => {
  const changes = answer('patch', '/api/users/me', { body: { data: { ...reader, language: 'de' } } })
  await openUsers()
  await user.selectOptions(await screen.findByRole('combobox', { name: 'Language' }), 'Deutsch')
  await screen.findByRole('link', { name: 'Benutzer' })
  await waitFor(() => {
    expect(changes).toEqual([{ language: 'de' }])
  })
  expect(document.title).toMatch(/^Benutzer · /)
  expect(Object.values(localStorage)).toContain('de')
})

it('shows the language of the account', async () => {
  await openUsers({ ...reader, language: 'de' })
  await screen.findByRole('link', { name: 'Benutzer' })
})

it('asks the API for answers in the language in use', async () => {
  speak('de')
  const requests = await openUsers()
  expect(requests[0]?.headers.get('accept-language')).toBe('de')
})

it('chooses between singular and plural, and writes numbers as the language does', async () => {
  expect(t('common.duration.hours', { count: 1 })).toBe('1 hour')
  expect(t('common.duration.hours', { count: 1200 })).toBe('1,200 hours')
  await setLocale('de')
  expect(t('common.duration.hours', { count: 1 })).toBe('1 Stunde')
  expect(t('common.duration.hours', { count: 1200 })).toBe('1.200 Stunden')
  expect(n(0.5)).toBe('0,5')
  expect(formatSize(1_500_000)).toBe('1,5 MB')
})

it('writes dates as the language and the region of the browser do', async () => {
  const [moment, now] = ['2026-05-04T09:30:00Z', Date.parse('2026-05-05T09:30:00Z')]
  speak('en-GB')
  await setLocale('de')
  expect(formatMoment(moment)).toMatch(/^04\.05\.2026, \d\d:30$/)
  expect(formatDistance(moment, now)).toBe('vor 1 Tag')
  await setLocale('en')
  expect(formatMoment(moment)).toMatch(/^4 May 2026, \d\d:30$/)
})

it('puts elements into a sentence where the language wants them', () => {
  render(I18nT, {
    props: { keypath: 'forms.problems.email' },
    slots: { example: '<a href="/example">ada@example.com</a>' },
  })
  expect(screen.getByRole('link').parentElement?.textContent).toContain(
    'Enter an email address such as ada@example.com.',
  )
})

it('calls what a newer API names by its name', () => {
  expect(eventTitle('signed_in')).toBe('Signed in')
  expect(eventTitle('moon_landed' as 'signed_in')).toBe('Moon landed')
})
