import type { Feature } from '@/utils/features'

const files = import.meta.glob<Feature>(['./*.ts', '!./index.ts'], { eager: true, import: 'default' })

/** The declarations of the files in this folder. */
export const FEATURES = Object.values(files)
