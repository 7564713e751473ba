import { expect, it } from 'vitest'

import { toHtml } from './markdown'

it('renders what the toolbar offers', () => {
  expect(toHtml('**b** _i_ `c`')).toBe('<p><strong>b</strong> <em>i</em> <code>c</code></p>\n')
  expect(toHtml('- a\n- b')).toBe('<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n')
  expect(toHtml('> q')).toContain('<blockquote>')
})

it('keeps headings below that of the page', () => {
  expect(toHtml('# One\n\n###### Six')).toBe('<h2>One</h2>\n<h6>Six</h6>\n')
})

it('shows plain text as it was typed', () => {
  expect(toHtml('One\nTwo\n\n    Three')).toBe('<p>One<br>\nTwo</p>\n<p>Three</p>\n')
})

it.each([
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '<a href="/posts" onclick="alert(1)">a</a>',
  '<!-- comment -->',
  '<svg><style>*{}</style></svg>',
])('shows HTML as text: %s', (text) => {
  expect(toHtml(text)).not.toMatch(/<(?!\/?p>|br>)/)
})

it.each([
  '[a](javascript:alert(1))',
  '[a](JaVaScRiPt:alert(1))',
  '[a](&#106;avascript:alert(1))',
  '[a](data:text/html;base64,PHNjcmlwdD4=)',
  '[a](vbscript:x)',
  '[a](file:///etc/passwd)',
  '<javascript:alert(1)>',
  '[a]\n\n[a]: javascript:alert(1)',
])('makes no link of an unsafe address: %s', (text) => {
  expect(toHtml(text)).not.toContain('href')
})

it('tells other sites nothing about the page', () => {
  const rel = 'rel="noopener nofollow ugc"'
  expect(toHtml('[a](https://example.com)')).toContain(`<a href="https://example.com" ${rel}>`)
  expect(toHtml('See https://example.com/a')).toContain(`<a href="https://example.com/a" ${rel}>`)
})

it('loads no pictures and sets no styles, which the content policy forbids', () => {
  expect(toHtml('![a](https://example.com/a.png)')).not.toContain('<img')
  const table = toHtml('| a | b |\n| :- | -: |\n| 1 | 2 |')
  expect(table).toContain('<td class="align-right">2</td>')
  expect(table).not.toContain('style=')
})

it.each(['> ', '[a](', '*a **b ', '- a\n', '[', '`a', '<a', '_a '])('renders the longest text at once: %j', (piece) => {
  const start = performance.now()
  toHtml(piece.repeat(50_000 / piece.length))
  expect(performance.now() - start).toBeLessThan(5000)
})
