import { expectAccessible } from './accessibility'
import { expect, test } from './fixtures'

// Faulty styles, and the complaint about each.
const WRONG = {
  'faint text in the dark': ['@media (prefers-color-scheme: dark) { p { color: #bbb } }', 'color-contrast'],
  'faint text in the light': ['@media (prefers-color-scheme: light) { p { color: #bbb } }', 'color-contrast'],
  'faint text that fades in': [
    '@media (width < 500px) { p { color: #bbb; transition: color 50ms } }',
    'color-contrast',
  ],
  'text wider than a phone': ['p { width: 500px }', 'pixels beyond the screen'],
} as const

for (const [name, [style, complaint]] of Object.entries(WRONG)) {
  test(`${name} is found wherever the test runs`, async ({ page }) => {
    await page.setContent(`<html lang="en"><title>Page</title><main><h1>Page</h1><p>Text</p></main></html>`)
    await expectAccessible(page)
    await page.addStyleTag({ content: style })
    await expect(expectAccessible(page)).rejects.toThrow(complaint)
  })
}
