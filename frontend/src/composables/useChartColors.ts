import { shallowRef, watch } from 'vue'

import { useColorScheme } from './useColorScheme'

type ColorName = 'primary' | 'error' | 'warning' | 'on-surface'
type Palette = (name: ColorName, opacity?: number) => string

/** The theme's colours for canvases. The palette changes with the colour scheme. */
export function useChartColors() {
  const { isDark } = useColorScheme()
  const palette = shallowRef(currentPalette())

  watch(
    isDark,
    () => {
      palette.value = currentPalette()
    },
    { flush: 'post' },
  )
  return palette
}

function currentPalette(): Palette {
  const style = getComputedStyle(document.documentElement)
  return (name, opacity = 1) => `rgba(${style.getPropertyValue(`--v-theme-${name}`)}, ${opacity})`
}
