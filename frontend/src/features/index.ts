import type { Feature } from '@/utils/features'

const files = import.meta.glob<Feature>(['./*.ts', '!./index.ts'], { eager: true, import: 'default' })

/** What each file of this folder declares. */
export const FEATURES = Object.values(files)
