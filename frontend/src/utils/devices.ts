import { t } from '@/i18n'

// The first match wins: most browsers also claim to be the later ones.
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

/** Return the common name of a user agent, such as "Firefox on Linux". */
export function deviceName(userAgent: string | null): string {
  if (!userAgent) return t('account.devices.unknown')
  const browser = nameIn(BROWSERS, userAgent) ?? productName(userAgent)
  const system = nameIn(SYSTEMS, userAgent)
  return system ? t('account.devices.browserOn', { browser, system }) : browser
}

/** Return whether a user agent is a phone or a tablet. */
export function isMobile(userAgent: string | null): boolean {
  return /\b(?:Android|iPhone|iPad|Mobile)\b/.test(userAgent ?? '')
}

function nameIn(names: [RegExp, string][], userAgent: string): string | undefined {
  return names.find(([pattern]) => pattern.test(userAgent))?.[1]
}

/** Other programs start with their name, such as "curl/8.5.0". */
function productName(userAgent: string): string {
  const name = /^[\w.-]+/.exec(userAgent)?.[0]
  return name && name !== 'Mozilla' ? name : t('account.devices.unknownBrowser')
}
