import { expect, type Page } from '@playwright/test'

/** Wait for an email to `address` with a link to `path`, and return the link as a path of this site. */
export async function linkFromEmail(page: Page, address: string, path: string): Promise<string> {
  const links: string[] = []
  await expect(async () => {
    links.push(...(await findLinks(page, address, path)))
    expect(links).not.toEqual([])
  }).toPass({ timeout: 30_000, intervals: [500] })
  return links[0] ?? ''
}

async function findLinks(page: Page, address: string, path: string): Promise<string[]> {
  const list = await textOf(page, '/dev/mailbox')
  const rows = list.split('<tr').filter((row) => row.includes(address))
  const addresses = rows.flatMap((row) => row.match(/(?<=href=")\/dev\/mailbox\/[^"]+/g) ?? [])
  const emails = await Promise.all(addresses.map((email) => textOf(page, email)))
  return emails.flatMap((email) => new RegExp(`${path}#token=[\\w~.-]+`).exec(email) ?? [])
}

async function textOf(page: Page, address: string): Promise<string> {
  return (await page.request.get(address)).text()
}
