import { answer } from '@/test/api'

/** Answer that no copy was requested: the page of the profile asks. */
export default function answerDataExport(): void {
  answer('get', '/api/users/me/data-export', {
    body: { data: { state: null, created_at: null, expires_at: null, size_bytes: null } },
  })
}
