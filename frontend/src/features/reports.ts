import { mdiFileChartOutline } from '@mdi/js'

import type { Feature } from '@/utils/features'

export default { notifications: { report_ready: mdiFileChartOutline } } satisfies Feature
