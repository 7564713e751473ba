import userEvent from '@testing-library/user-event'
import { render, screen, waitFor } from '@testing-library/vue'
import { expect, it, onTestFinished } from 'vitest'
import { h, ref } from 'vue'

import { keepFocus } from '@/utils/focus'
import { vuetify } from '@/vuetify'

import AppDialog from './AppDialog.vue'

const user = userEvent.setup()

/** Render a section with a button that opens a dialog. `steps` of its buttons lead to another dialog, or close it. */
function renderSection() {
  onTestFinished(keepFocus())
  const [hasOpener, open] = [ref(true), ref<'first' | 'second' | null>(null)]
  const button = (text: string, onClick: () => unknown) => h('button', { onClick }, text)
  const dialog = (name: 'first' | 'second', next: typeof open.value) =>
    h(
      AppDialog,
      { title: name, text: 'Text', modelValue: open.value === name, 'onUpdate:modelValue': () => (open.value = null) },
      { actions: () => button(`Leave the ${name}`, () => (open.value = next)) },
    )
  render(
    () =>
      h('main', [
        h('h1', 'Page'),
        h('section', [
          h('h2', 'Section'),
          hasOpener.value ? button('Open', () => (open.value = 'first')) : null,
          open.value === 'second' ? null : dialog('first', 'second'),
          dialog('second', null),
        ]),
      ]),
    { global: { plugins: [vuetify] } },
  )
  return { hasOpener, open }
}

async function openFirst(): Promise<void> {
  await user.click(screen.getByRole('button', { name: 'Open' }))
  ;(await screen.findByRole('button', { name: 'Leave the first' })).focus()
}

async function expectFocus(text: string): Promise<void> {
  await waitFor(() => {
    expect(document.activeElement?.textContent).toBe(text)
  })
}

it('gives the focus back to what opened it', async () => {
  const { open } = renderSection()
  await openFirst()
  open.value = null
  await expectFocus('Open')
})

it('gives the focus to the heading of the section when what opened it is gone', async () => {
  const { hasOpener, open } = renderSection()
  await openFirst()
  hasOpener.value = false
  open.value = null
  await expectFocus('Section')
})

it('gives the focus to the heading when what opened it goes soon after', async () => {
  const { hasOpener, open } = renderSection()
  await openFirst()
  open.value = null
  await expectFocus('Open')
  hasOpener.value = false
  await expectFocus('Section')
})

it('goes back to the page from a dialog that another one opened', async () => {
  renderSection()
  await openFirst()
  await user.click(screen.getByRole('button', { name: 'Leave the first' }))
  const leave = await screen.findByRole('button', { name: 'Leave the second' })
  leave.focus()
  await user.click(leave)
  await expectFocus('Open')
})
