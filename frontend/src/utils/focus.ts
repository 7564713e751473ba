import type { Directive } from 'vue'

/** Puts the keyboard into the field that has just appeared because of what the user did. */
export const vFocus: Directive<HTMLElement> = {
  mounted: (element) => {
    element.querySelector('input')?.focus()
  },
}
