import { waitFor } from '@testing-library/vue'
import { expect } from 'vitest'

/** Wait until an element with this tag and text has the focus. */
export async function expectFocus(tag: string, text: string): Promise<void> {
  await waitFor(() => {
    expect(document.activeElement?.tagName).toBe(tag)
    expect(document.activeElement?.textContent).toContain(text)
  })
}
