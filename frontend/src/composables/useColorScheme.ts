import { mdiMonitor, mdiWeatherNight, mdiWhiteBalanceSunny } from '@mdi/js'
import { computed, ref, watchEffect } from 'vue'

import { SLUG } from '@/product'
import { readStored, writeStored } from '@/utils/storage'

export type ColorSchemeChoice = 'system' | 'light' | 'dark'

export const COLOR_SCHEMES: { choice: ColorSchemeChoice; icon: string }[] = [
  { choice: 'system', icon: mdiMonitor },
  { choice: 'light', icon: mdiWhiteBalanceSunny },
  { choice: 'dark', icon: mdiWeatherNight },
]

// `public/color-scheme.js` reads the same key before the first paint.
const KEY = `${SLUG}.color-scheme`

const systemPrefersDark = matchMedia('(prefers-color-scheme: dark)')
const isSystemDark = ref(systemPrefersDark.matches)
const choice = ref<ColorSchemeChoice>(storedChoice())

systemPrefersDark.addEventListener('change', ({ matches }) => (isSystemDark.value = matches))

const isDark = computed(() => (choice.value === 'system' ? isSystemDark.value : choice.value === 'dark'))

watchEffect(() => {
  document.documentElement.dataset.colorScheme = isDark.value ? 'dark' : 'light'
})

/** The user's colour scheme (light, dark or system), stored in this browser. */
export function useColorScheme() {
  function choose(next: ColorSchemeChoice): void {
    choice.value = next
    writeStored(KEY, next === 'system' ? null : next)
  }

  return { choice, choose, isDark }
}

function storedChoice(): ColorSchemeChoice {
  const stored = readStored(KEY)
  return stored === 'light' || stored === 'dark' ? stored : 'system'
}
