// The first that matches counts: most browsers claim to be the later ones, too.
const BROWSERS: [RegExp, string][] = [
  [/\bEdg(?:e|A|iOS)?\//, 'Edge'],
  [/\bOPR\//, 'Opera'],
  [/\bSamsungBrowser\//, 'Samsung Internet'],
  [/\b(?:Firefox|FxiOS)\//, 'Firefox'],
  [/\b(?:Headless)?(?:Chrome|Chromium|CriOS)\//, 'Chrome'],
  [/\bVersion\/[\d.]+ (?:Mobile\/\w+ )?Safari\//, 'Safari'],
]

const SYSTEMS: [RegExp, string][] = [
  [/\bAndroid\b/, 'Android'],
  [/\biPhone\b/, 'iPhone'],
  [/\biPad\b/, 'iPad'],
  [/\bWindows\b/, 'Windows'],
  [/\bMac OS X\b/, 'macOS'],
  [/\bCrOS\b/, 'ChromeOS'],
  [/\bLinux\b/, 'Linux'],
]

/** Return what people call the program behind a user agent, such as "Firefox on Linux". */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return 'Unknown device'
  const browser = nameIn(BROWSERS, userAgent) ?? productName(userAgent)
  const system = nameIn(SYSTEMS, userAgent)
  return system ? `${browser} on ${system}` : browser
}

/** Tell whether a user agent is a telephone's or a tablet's. */
export function isMobile(userAgent: string | null): boolean {
  return /\b(?:Android|iPhone|iPad|Mobile)\b/.test(userAgent ?? '')
}

function nameIn(names: [RegExp, string][], userAgent: string): string | undefined {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1]
}

/** Programs that are no browsers begin with their name, such as "curl/8.5.0". */
function productName(userAgent: string): string {
  const name = /^[\w.-]+/.exec(userAgent)?.[0]
  return name && name !== 'Mozilla' ? name : 'Unknown browser'
}
