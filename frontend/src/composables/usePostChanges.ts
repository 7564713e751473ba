import { changePages, withoutItem } from '@/api/cachedLists'
import {
  type DataPostResponse,
  deletePost,
  getGetPostQueryKey,
  getListPostsQueryKey,
  type ListingPostSummaryResponse,
  type PostResponse,
  updatePost,
} from '@/api/generated/client'
import { t } from '@/i18n'
import { useSnackbarStore } from '@/store/snackbar'
import { versionTag } from '@/utils/versions'

import { useOptimistic } from './useOptimistic'

const KEY = getListPostsQueryKey()

/** Publish or withdraw a post, before the API has answered. Until it has, the post's new version is not known. */
export function usePublishPost() {
  const { mutate, isPending } = useOptimistic<{ post: PostResponse; published: boolean }>({
    key: KEY,
    show: (client, { post, published }) => {
      const queryKey = getGetPostQueryKey(post.id)
      client.setQueryData<DataPostResponse>(queryKey, { data: { ...post, published } })
      return () => client.setQueryData<DataPostResponse>(queryKey, { data: post })
    },
    send: ({ post, published }) => updatePost(post.id, { published }, { 'if-match': versionTag(post) }),
  })
  return (post: PostResponse, published: boolean): void => {
    if (!isPending.value) mutate({ post, published })
  }
}

/** Delete a post, before the API has answered. */
export function useDeletePost() {
  const snackbar = useSnackbarStore()
  const { mutate } = useOptimistic<PostResponse>({
    key: KEY,
    show: (client, { id }) => changePages<ListingPostSummaryResponse>(client, KEY, withoutItem(id)),
    send: (post) => deletePost(post.id, { 'if-match': versionTag(post) }),
    onDone: () => {
      snackbar.success(t('posts.actions.deleted'))
    },
  })
  return (post: PostResponse): void => {
    mutate(post)
  }
}
