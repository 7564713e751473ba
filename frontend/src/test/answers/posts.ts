import { observe, pageOf } from '../api'

/** Answer that there are no posts: the search of every page asks for them. */
export default function answerPosts(): void {
  observe('get', '/api/posts', pageOf([]))
}
