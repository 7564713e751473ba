import { expectAccessible } from './accessibility'
import { expect, fillInSignUp, ON_PHONES, OPERATOR, test } from './fixtures'

test('a guest finds the way from the landing page to the dashboard', { tag: ON_PHONES }, async ({ page, email }) => {
  await page.goto('/')
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  await expectAccessible(page)
  await page.getByRole('link', { name: 'Create your account' }).click()
  await fillInSignUp(page, email)
  await expect(page).toHaveURL('/dashboard')
  await page.goto('/')
  await expect(page).toHaveURL('/dashboard')
})

test('guests’ pages ask the API nothing that it refuses', async ({ page }) => {
  const complaints: string[] = []
  const refusals: string[] = []
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  page.on('response', (response) => response.status() >= 400 && refusals.push(response.url()))
  for (const address of ['/', '/sign-in', '/sign-up', '/forgot-password']) {
    await page.goto(address, { waitUntil: 'networkidle' })
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible()
  }
  expect([complaints, refusals]).toEqual([[], []])
})

test('the demo account signs in with one click during development', async ({ page }) => {
  await page.goto('/sign-in')
  await expect(page.getByLabel('Email')).toBeFocused()
  await page.getByRole('button', { name: 'Use the demo account' }).click()
  await expect(page).toHaveURL('/dashboard')
  await page.goto('/account/profile')
  await expect(page.getByText(OPERATOR.email).first()).toBeVisible()
})

test('a password field says that Caps Lock is on', async ({ page }) => {
  await page.goto('/sign-in')
  await page.getByLabel('Password', { exact: true }).dispatchEvent('keydown', { key: 'A', modifierCapsLock: true })
  await expect(page.getByRole('img', { name: 'Caps Lock is on' })).toBeVisible()
})
