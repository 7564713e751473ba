import { expect, type Page } from '@playwright/test'

/** Wait for a mail to `address` with a link to `path`, and return the link as it is on this site. */
export async function linkFromMail(page: Page, address: string, path: string): Promise<string> {
  let link: string | null = null
  await expect(async () => {
    link = await findLink(page, address, path)
    expect(link).not.toBeNull()
  }).toPass({ timeout: 30_000, intervals: [500] })
  return link ?? ''
}

async function findLink(page: Page, address: string, path: string): Promise<string | null> {
  const list = await textOf(page, '/dev/mailbox')
  const rows = list.split('<tr').filter((row) => row.includes(address))
  for (const [, mail] of rows.flatMap((row) => [...row.matchAll(/href="([^"]*mailbox\/[^"]+)"/g)])) {
    const link = new RegExp(`${path}#token=[\\w~.-]+`).exec(await textOf(page, mail ?? ''))
    if (link) return link[0]
  }
  return null
}

async function textOf(page: Page, address: string): Promise<string> {
  return (await page.request.get(new URL(address, new URL('/dev/', page.url())).href)).text()
}
