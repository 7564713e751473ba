import type { Directive } from 'vue'

/** Focuses the input of an element when it appears. */
export const vFocus: Directive<HTMLElement> = {
  mounted: (element) => {
    element.querySelector('input')?.focus()
  },
}
