import type { Feature } from '@/utils/features'

export default { counts: { users: { title: 'users.counts.all', order: 1 } } } satisfies Feature
