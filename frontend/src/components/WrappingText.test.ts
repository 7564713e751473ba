import { render, screen } from '@testing-library/vue'
import { expect, it } from 'vitest'

import WrappingText from './WrappingText.vue'

it.each([
  ['ada.lovelace@mail.example.com', 'ada<wbr>.lovelace<wbr>@mail<wbr>.example<wbr>.com'],
  ['send_one_time_link', 'send_<wbr>one_<wbr>time_<wbr>link'],
  ['Ada Lovelace', 'Ada Lovelace'],
])('wraps %s at its punctuation and reads the same', (text, html) => {
  const { container } = render(WrappingText, { props: { text } })

  expect(container.innerHTML.replaceAll(/<!--.*?-->/g, '')).toBe(html)
  screen.getByText(text)
})
