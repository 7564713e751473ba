import { expectAccessible } from './accessibility'
import { expect, ON_PHONES, PASSWORD, signIn, signUp, test } from './fixtures'
import { linkFromEmail } from './mailbox'

const TABS = {
  Profile: ['Picture', 'Profile', 'Email address', 'Delete account'],
  Security: ['Password', 'Two-factor authentication', 'Passkeys', 'Linked accounts', 'Sessions', 'Activity'],
  Developer: ['API tokens'],
  Appearance: ['Language', 'Colour scheme'],
}

test('every user sees every section of the account page', { tag: ON_PHONES }, async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/dashboard')
  await page.getByRole('button', { name: 'Account menu' }).click()
  await expectAccessible(page)
  await page.getByRole('menuitem', { name: 'Account' }).click()
  await expect(page).toHaveURL('/account/profile')
  await expect(page.getByRole('definition').filter({ hasText: email })).toBeVisible()

  for (const [tab, sections] of Object.entries(TABS)) {
    await page.getByRole('navigation', { name: 'Account' }).getByRole('link', { name: tab }).click()
    for (const section of sections) {
      await expect(page.getByRole('heading', { level: 2, name: section, exact: true })).toBeVisible()
    }
    await expect(page.getByLabel(/^Loading/)).toHaveCount(0)
    await expectAccessible(page)
  }
})

test('only a picture can be chosen; it is cropped before it is sent, shown, and removed', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/account/picture')
  const chooser = page.waitForEvent('filechooser')
  await page.getByRole('button', { name: 'Choose a picture' }).click()
  await (await chooser).setFiles({ name: 'notes.png', mimeType: 'image/png', buffer: Buffer.from('not a picture') })
  await expect(page.getByText('“notes.png” isn’t a picture that we can read.')).toBeVisible()
  await expect(page.getByRole('button', { name: 'Save picture' })).toBeHidden()
  await expectAccessible(page)
  const field = page.getByLabel('Picture', { exact: true })
  await field.evaluate((input: HTMLInputElement) => {
    const { files, items } = new DataTransfer()
    items.add(new File([new Uint8Array(26_000_000)], 'film.png', { type: 'image/png' }))
    input.files = files
    input.dispatchEvent(new Event('change'))
  })
  await expect(page.getByText('“film.png” is 26 MB. Choose a picture of up to 25 MB.')).toBeVisible()

  await field.setInputFiles({ name: 'me.png', mimeType: 'image/png', buffer: await page.screenshot() })
  await expect(page.getByAltText('Preview of your picture')).toBeVisible()
  const sending = page.waitForRequest('**/api/users/me/avatar')
  await page.getByRole('button', { name: 'Save picture' }).click()
  expect((await (await sending).allHeaders())['content-length']).toMatch(/^\d{1,6}$/)
  await expect(page.getByText('Picture saved.')).toBeVisible()
  const shown = page.getByRole('button', { name: 'Account menu' }).locator('img')
  const width = () => shown.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth)
  await expect.poll(width).toBeGreaterThan(1)
  await expectAccessible(page)

  await page.getByRole('button', { name: 'Remove' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
  await expect(page.getByText('Picture removed.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Picture' })).toBeFocused()
  await expect(shown).toHaveCount(0)
})

test('the colour scheme can be changed on the account page', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/account/appearance')
  await page.getByRole('radio', { name: 'Dark' }).press('Space')
  await expect(page.locator('html')).toHaveAttribute('data-color-scheme', 'dark')
  await expectAccessible(page)
})

test('a user changes their name and ends another session', async ({ page, browser, email }) => {
  await signUp(page, email)
  await page.goto('/account/profile')
  await page.getByLabel('Name').fill('Ada Lovelace')
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Profile saved.')).toBeVisible()

  const elsewhere = await browser.newPage()
  await signIn(elsewhere, { email, password: PASSWORD })
  await elsewhere.goto('/dashboard')
  await page.goto('/account/sessions')
  const sessions = page.getByRole('list', { name: 'Sessions' }).getByRole('listitem')
  await expect(sessions).toHaveCount(2)
  await expect(sessions.filter({ hasText: 'This device' })).toHaveCount(1)
  await expectAccessible(page)
  await page.getByRole('button', { name: /^Sign out Chrome/ }).click()
  await expect(sessions).toHaveCount(1)
  await elsewhere.reload()
  await expect(elsewhere).toHaveURL(/\/sign-in/)
  await elsewhere.close()
})

test('an API token is shown once, works, and is revoked', async ({ page, email, request }) => {
  await signUp(page, email)
  await page.goto('/account/tokens')
  await expect(page.getByText('Confirm your email address first')).toBeVisible()
  await expect(page.getByRole('button', { name: 'New token' })).toBeHidden()
  await page.goto(await linkFromEmail(page, email, '/verify-email'))
  await expect(page.getByRole('heading', { name: 'Your email address is confirmed' })).toBeVisible()
  await page.goto('/account/tokens')
  await page.getByRole('button', { name: 'New token' }).click()
  await page.getByLabel('What is it for?').fill('Nightly import')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Create token' }).click()
  const token = (await page.getByRole('dialog').locator('.token').textContent()) ?? ''
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Done' }).click()
  await expect(page.getByText(token)).toBeHidden()
  await expect(page.getByRole('button', { name: 'New token' })).toBeFocused()

  const headers = { authorization: `Bearer ${token}` }
  expect((await request.get('/api/users/me', { headers })).status()).toBe(200)
  await page.getByRole('button', { name: 'Revoke Nightly import' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click()
  await expect(page.getByText('No API tokens yet.')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'API tokens' })).toBeFocused()
  expect((await request.get('/api/users/me', { headers })).status()).toBe(401)
})

test('an account is deleted once its address is typed', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/account/delete')
  await page.getByLabel('Your email address').fill(`another.${email}`)
  await page.getByRole('button', { name: 'Delete my account' }).click()
  await expect(page.getByText('This doesn’t match your email address.')).toBeVisible()
  await page.getByLabel('Your email address').fill(email)
  await page.getByRole('button', { name: 'Delete my account' }).click()
  await expect(page).toHaveURL('/sign-in')
  await expect(page.getByText('Your account was deleted.')).toBeVisible()
})
