import { mdiFolderDownloadOutline } from '@mdi/js'

import type { Feature } from '@/utils/features'

export default { notifications: { data_export_ready: mdiFolderDownloadOutline } } satisfies Feature
