import { regionalLocale } from '@/i18n'

const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const

/** Format a file size, such as "48 kB". */
export function formatSize(bytes: number): string {
  const power = Math.min(Math.max(Math.floor(Math.log10(bytes) / 3), 1), UNITS.length)
  const size = bytes / 1000 ** power
  const unit = { style: 'unit', unit: UNITS[power - 1], maximumFractionDigits: size < 10 ? 1 : 0 } as const
  return new Intl.NumberFormat(regionalLocale.value, unit).format(size)
}
