import { expect, type Page } from '@playwright/test'

/** Write and save a post in the editor; returns its path. */
export async function writePost(page: Page, title: string, { isPublished = true } = {}): Promise<string> {
  await page.goto('/posts/new')
  await page.getByLabel('Title', { exact: true }).fill(title)
  await page.getByLabel('Content').fill('First paragraph.\n\nSecond paragraph.')
  if (isPublished) await page.getByLabel('Published').check()
  await page.getByRole('button', { name: /^Save/ }).click()
  await expect(page.getByRole('heading', { name: title, level: 1 })).toBeVisible()
  return new URL(page.url()).pathname
}
