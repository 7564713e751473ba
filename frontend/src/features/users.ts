import { feature } from '@/utils/features'

export default feature({ counts: { users: { title: 'Members', order: 1 } } })
