// Runs before the first paint, so that a dark page does not flash white. A separate file, because the
// Content-Security-Policy forbids inline scripts. `composables/useColorScheme.ts` takes over later.
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
