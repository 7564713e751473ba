import userEvent from '@testing-library/user-event'
import { render, screen, within } from '@testing-library/vue'
import { expect, it } from 'vitest'
import { defineComponent, ref } from 'vue'

import { vuetify } from '@/vuetify'

import MarkdownEditor from './MarkdownEditor.vue'

const user = userEvent.setup()

const Form = defineComponent({
  components: { MarkdownEditor },
  setup: () => ({ text: ref('') }),
  template: '<MarkdownEditor :text="text"><textarea v-model="text" aria-label="Content" /></MarkdownEditor>',
})

async function write(text: string): Promise<HTMLTextAreaElement> {
  render(Form, { global: { plugins: [vuetify] } })
  const area = await screen.findByLabelText<HTMLTextAreaElement>('Content')
  await user.type(area, text)
  return area
}

it.each([
  ['{Control>}b{/Control}', 'An **engine**'],
  ['{Control>}i{/Control}', 'An _engine_'],
  ['{Control>}k{/Control}', 'An [engine](https://)'],
  ['{Control>}b{/Control}{Control>}b{/Control}', 'An engine'],
])('formats what is selected by keyboard: %s', async (keys, expected) => {
  const area = await write('An engine')
  area.setSelectionRange(3, 9)
  await user.keyboard(keys)
  expect(area.value).toBe(expected)
})

it.each([
  ['Heading', '## One\n## Two'],
  ['Quote', '> One\n> Two'],
  ['Bulleted list', '- One\n- Two'],
  ['Numbered list', '1. One\n2. Two'],
])('begins the lines of the selection with the marks of a %s, and takes them away', async (name, expected) => {
  const area = await write('One\nTwo')
  area.setSelectionRange(0, 7)
  await user.click(screen.getByRole('button', { name }))
  expect(area.value).toBe(expected)
  expect(document.activeElement).toBe(area)
  await user.click(screen.getByRole('button', { name }))
  expect(area.value).toBe('One\nTwo')
})

it('makes a link of an address and asks for its text', async () => {
  const area = await write('https://example.com')
  area.setSelectionRange(0, area.value.length)
  await user.click(screen.getByRole('button', { name: 'Link' }))
  await user.keyboard('Engines')
  expect(area.value).toBe('[Engines](https://example.com)')
})

it('shows how the text will look', async () => {
  await write('An **engine**')
  await user.click(screen.getByRole('button', { name: 'Preview' }))
  const preview = within(await screen.findByRole('region', { name: 'Preview' }))
  expect((await preview.findByText('engine')).tagName).toBe('STRONG')
  await user.click(screen.getByRole('button', { name: 'Preview' }))
  expect(screen.getByLabelText<HTMLTextAreaElement>('Content').value).toBe('An **engine**')
})
