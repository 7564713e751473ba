import { answer } from '../api'

/** Answer that there are no notifications: every page of a signed-in user asks for them. */
export default function answerNotifications(): void {
  answer('get', '/api/notifications', { body: { data: [], meta: { limit: 6, next_cursor: null, unread: 0 } } })
}
