import { mdiFileChartOutline } from '@mdi/js'

import { feature } from '@/utils/features'

export default feature({ notifications: { report_ready: mdiFileChartOutline } })
