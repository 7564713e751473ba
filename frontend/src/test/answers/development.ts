import { answer } from '@/test/api'

/** As in production: pages offer nothing to developers. */
export default function answerDevelopment(): void {
  answer('get', '/api/development', { body: { data: { developer_pages: false, demo_account: null } } })
}
