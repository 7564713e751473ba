import { mdiFileChartOutline } from '@mdi/js'

import type { Feature } from '@/utils/features'
import { refreshReports, showProgress } from '@/utils/reportProgress'
import { isUnfinished } from '@/utils/reports'

export default {
  notifications: { report_ready: mdiFileChartOutline },
  events: {
    ready: refreshReports,
    report: (client, report) => {
      if (isUnfinished(report)) showProgress(client, report)
      else void refreshReports(client)
    },
  },
} satisfies Feature
