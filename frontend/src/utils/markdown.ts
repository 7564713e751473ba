import MarkdownIt, { type Token } from 'markdown-it'

/** Addresses that a link may lead to: other sites, email, and this site. */
const SAFE = /^(https?:\/\/|mailto:|[/#])/i

// HTML stays text. Pictures would come from other sites, which the content policy forbids and which would learn of each
// reader. Indented text is no code, so that plain text looks as it was typed.
const markdown = new MarkdownIt({ html: false, breaks: true, linkify: true }).disable(['image', 'code'])
markdown.linkify.set({ fuzzyLink: false, fuzzyEmail: false })
markdown.validateLink = (address) => SAFE.test(address)
markdown.core.ruler.push('page', ({ tokens }) => {
  tokens.forEach(fitIntoPage)
  tokens.flatMap(({ children }) => children ?? []).forEach(guardLink)
})

/** Return a text in Markdown as HTML that is safe to show, for a page that has its own first heading. */
export function toHtml(text: string): string {
  return markdown.render(text)
}

function fitIntoPage(token: Token): void {
  if (token.type.startsWith('heading')) token.tag = `h${Math.min(Number(token.tag.slice(1)) + 1, 6)}`
  // The content policy forbids inline styles.
  const alignment = /^text-align:(\w+)$/.exec(String(token.attrGet('style') ?? ''))?.[1]
  if (alignment) token.attrs = [['class', `align-${alignment}`]]
}

function guardLink(token: Token): void {
  if (token.type === 'link_open') token.attrSet('rel', 'noopener nofollow ugc')
}
