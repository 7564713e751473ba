import { expectAccessible } from './accessibility'
import {
  AS_PAGE,
  EVERY_BROWSER,
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

test(
  'a background tab follows when another user signs in',
  { tag: EVERY_BROWSER },
  async ({ page, context, email }) => {
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
  },
)

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

test(
  'the end of a session asks to sign in over the page, and the work goes on',
  { tag: EVERY_BROWSER },
  async ({ page, context, email }) => {
    await signUp(page, email)
    await page.goto('/dashboard')
    await page.getByRole('button', { name: 'Account menu' }).click()
    await page.getByRole('menuitem', { name: 'Account' }).click()
    await page.getByLabel('Name').fill('Ada Love')
    await context.clearCookies()
    await page.getByRole('button', { name: 'Save' }).click()

    const dialog = page.getByRole('dialog', { name: 'Sign in again' })
    await expect(dialog.getByText('Your session has ended.')).toBeVisible()
    await expectAccessible(page)
    await dialog.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await dialog.getByRole('button', { name: 'Sign in', exact: true }).click()
    await expect(page.getByText('Profile saved.')).toBeVisible()
    await expect(page.getByLabel('Name')).toHaveValue('Ada Love')
    await page.goBack()
    await expect(page).toHaveURL('/dashboard')
  },
)

test('a session that ended leads to the sign-in page on request, and back to the draft', async ({
  page,
  context,
  email,
}) => {
  await signUp(page, email)
  await page.goto('/posts/new')
  await page.getByLabel('Title', { exact: true }).fill('Half a thought')
  await page.getByLabel('Content').fill('Text.')
  await context.clearCookies()
  await page.getByRole('button', { name: 'Save draft' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Leave the page' }).click()

  await expect(page.getByText('We kept what you typed')).toBeVisible()
  await expectAccessible(page)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Sign in', exact: true }).click()
  await expect(page.getByText('We restored your draft')).toBeVisible()
  await expect(page.getByLabel('Title', { exact: true })).toHaveValue('Half a thought')
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
