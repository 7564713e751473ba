import { expectAccessible } from './accessibility'
import {
  AS_PAGE,
  expect,
  fillInSignIn,
  OPERATOR,
  otherBrowser,
  PASSWORD,
  signIn,
  signOut,
  signUp,
  test,
} from './fixtures'

test('a background tab follows when another user signs in', async ({ page, context, email }) => {
  await signUp(page, email)
  await signIn(page, OPERATOR)
  await page.goto('/dashboard')
  const background = await context.newPage()
  await background.goto('/admin/users')
  await expect(background.getByRole('link', { name: 'Security events' })).toBeVisible()

  await signOut(page)
  await fillInSignIn(page, email)
  await expect(page).toHaveURL('/dashboard')

  await background.bringToFront()
  await expect(background.getByText('Hello, Ada')).toBeVisible()
  await expect(background.getByRole('link', { name: 'Security events' })).toHaveCount(0)
})

test('a tab saves nothing as another user and keeps its text for its own', async ({ page, context, email }) => {
  await signUp(page, email)
  await page.goto('/account/profile')
  await page.getByLabel('Name').fill('Written by the first user')

  // Change the cookies without notifying this tab.
  const other = `grace.${email}`
  await context.request.post('/api/auth/signup', { data: { email: other, password: PASSWORD }, ...AS_PAGE })
  await page.getByRole('button', { name: 'Save' }).click()

  await expect(page.getByText(`You’re now signed in as ${other}`)).toBeVisible()
  await expect(page.getByLabel('Name')).toHaveValue('')
  await expectAccessible(page)

  await signOut(page)
  await page.goto('/sign-in?redirect=/account/profile')
  await fillInSignIn(page, email)
  await expect(page.getByLabel('Name')).toHaveValue('Written by the first user')
})

test('the end of a session keeps the input and explains why', async ({ page, context, email }) => {
  await signUp(page, email)
  await page.goto('/dashboard')
  await page.getByRole('button', { name: 'Account menu' }).click()
  await page.getByRole('menuitem', { name: 'Account' }).click()
  await page.getByLabel('Name').fill('Ada Love')
  await context.clearCookies()
  await page.getByRole('button', { name: 'Save' }).click()

  await expect(page.getByText('Your session has ended. We kept what you typed')).toBeVisible()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expectAccessible(page)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByLabel('Name')).toHaveValue('Ada Love')
  await expectAccessible(page)
  await page.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByText('Profile saved.')).toBeVisible()
  await page.goBack()
  await expect(page).toHaveURL('/dashboard')
})

test('a session ended elsewhere is explained in every tab', async ({ page, email }) => {
  await signUp(page, email)
  await page.goto('/notifications')
  await expect(page.getByText('No notifications yet')).toBeVisible()
  const office = await otherBrowser(page)
  await signIn(office, { email, password: PASSWORD })
  expect((await office.request.delete('/api/auth/sessions', AS_PAGE)).ok()).toBe(true)
  await office.context().close()

  await expect(page.getByText(/ended from another device/)).toBeVisible()
  await expect(page).toHaveURL('/sign-in?redirect=/notifications')
})
