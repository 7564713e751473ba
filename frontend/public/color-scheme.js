// Runs before the first paint, so that a dark page never flashes white. A file of its own because the
// Content-Security-Policy allows no inline script. `composables/useColorScheme.ts` takes over from here.
;(() => {
  let choice = null
  try {
    choice = localStorage.getItem(document.currentScript.dataset.key)
  } catch {
    // Storage is blocked: follow the system.
  }
  const isDark = choice ? choice === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  document.documentElement.dataset.colorScheme = isDark ? 'dark' : 'light'
})()
