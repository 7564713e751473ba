import type { Page } from '@playwright/test'

import { expectAccessible } from './accessibility'
import { expect, fillInSignIn, signOut, signUpVerified, test } from './fixtures'
import { totp } from './totp'

async function turnOn(page: Page): Promise<{ secret: string; recoveryCodes: string[] }> {
  await page.goto('/account/two-factor')
  await page.getByRole('button', { name: 'Set up' }).click()
  const dialog = page.getByRole('dialog', { name: 'Set up two-factor authentication' })
  await expect(dialog.getByRole('img', { name: 'QR code' })).toBeVisible()
  await expectAccessible(page)
  const secret = (await dialog.locator('p.code').textContent()) ?? ''
  // A code of the previous step, which is still valid; the current one is left for signing in.
  await dialog.getByLabel('Authenticator code').fill(totp(secret, { steps: -1 }))
  await dialog.getByRole('button', { name: 'Turn on' }).click()
  const codes = page.getByRole('list', { name: 'Recovery codes' }).getByRole('listitem')
  await expect(codes).toHaveCount(10)
  await expectAccessible(page)
  const recoveryCodes = await codes.allTextContents()
  await page.getByRole('button', { name: 'I’ve saved my codes' }).click()
  await expect(page.getByText('10 recovery codes left')).toBeVisible()
  await expect(page.getByRole('heading', { name: 'Two-factor authentication' })).toBeFocused()
  return { secret, recoveryCodes }
}

test('an authenticator app and a recovery code work as a second step', async ({ page, email }) => {
  await signUpVerified(page, email)
  const { secret, recoveryCodes } = await turnOn(page)
  await expectAccessible(page)
  await signOut(page)

  await fillInSignIn(page, email)
  await expect(page.getByLabel('Authenticator code')).toBeFocused()
  await expectAccessible(page)
  await page.getByLabel('Authenticator code').fill('000 000')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page.getByRole('alert')).toContainText('wrong or has already been used')
  await page.getByLabel('Authenticator code').fill(totp(secret))
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page).toHaveURL('/dashboard')
  await signOut(page)

  await fillInSignIn(page, email)
  await page.getByRole('button', { name: 'Use a recovery code' }).click()
  await expectAccessible(page)
  await page.getByLabel('Recovery code').fill(recoveryCodes[0] ?? '')
  await page.getByRole('button', { name: 'Confirm' }).click()
  await expect(page).toHaveURL('/dashboard')

  await page.goto('/account/two-factor')
  await expect(page.getByText('9 recovery codes left')).toBeVisible()
  await page.getByRole('button', { name: 'Turn off' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
  await expect(page.getByRole('button', { name: 'Set up' })).toBeVisible()
})

test.describe('passkeys', () => {
  // Browsers create passkeys for host names only, not for IP addresses.
  test.use({ baseURL: async ({ baseURL }, use) => use(baseURL?.replace('127.0.0.1', 'localhost')) })

  test('a passkey is added, signs in alone, is renamed and removed', async ({ page, email, browserName }) => {
    test.skip(browserName === 'firefox', 'its driver makes no passkeys')
    await plugInAuthenticator(page)
    // It approves what the field of the address offers as well, at once, and two sign-ins would meet.
    await page.addInitScript(() => {
      PublicKeyCredential.isConditionalMediationAvailable = () => Promise.resolve(false)
    })
    await signUpVerified(page, email)
    await page.goto('/account/passkeys')
    await expect(page.getByText('No passkeys yet.')).toBeVisible()
    await page.getByRole('button', { name: 'Add a passkey' }).click()
    await page.getByLabel('Name').fill('Laptop')
    await expectAccessible(page)
    await page.getByRole('button', { name: 'Continue' }).click()
    const passkeys = page.getByRole('list', { name: 'Passkeys' })
    await expect(passkeys.getByText('Laptop')).toBeVisible()
    await expectAccessible(page)
    await signOut(page)

    await page.getByRole('button', { name: 'Sign in with a passkey' }).click()
    await expect(page).toHaveURL('/dashboard')

    await page.goto('/account/passkeys')
    await page.getByRole('button', { name: 'Rename Laptop' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Old laptop')
    await page.getByRole('button', { name: 'Rename', exact: true }).click()
    await expect(passkeys.getByText('Old laptop')).toBeVisible()
    await page.getByRole('button', { name: 'Remove Old laptop' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await expect(page.getByText('No passkeys yet.')).toBeVisible()
  })
})

/** Give the browser a virtual authenticator that approves every request. */
async function plugInAuthenticator(page: Page): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  await devTools.send('WebAuthn.enable')
  await devTools.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      protocol: 'ctap2',
      transport: 'internal',
      hasResidentKey: true,
      hasUserVerification: true,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  })
}
