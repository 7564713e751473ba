import { answer } from '@/test/api'

/** Pages that could not load ask whether the server is back. */
export default function answerPing(): void {
  answer('get', '/api/ping', { body: { data: { status: 'ok' } } })
}
