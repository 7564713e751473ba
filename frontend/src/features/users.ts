import type { Feature } from '@/utils/features'

export default { counts: { users: { title: 'Members', order: 1 } } } satisfies Feature
