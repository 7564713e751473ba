import { watch } from 'vue'

import { setTitle } from '@/router/title'

/** Name the browser tab after what the page shows, once that is loaded. */
export function usePageTitle(title: () => string | undefined): void {
  watch(
    title,
    (loaded) => {
      if (loaded) setTitle(loaded)
    },
    { immediate: true },
  )
}
