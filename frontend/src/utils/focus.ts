import type { Directive } from 'vue'

/** Focuses the input of an element when it appears, unless its value is false. */
export const vFocus: Directive<HTMLElement, boolean | undefined> = {
  mounted: (element, { value = true }) => {
    if (value) element.querySelector('input')?.focus()
  },
}
