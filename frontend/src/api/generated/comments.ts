/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
import {
  useInfiniteQuery,
  useMutation,
  useQuery
} from '@tanstack/vue-query';
import type {
  DataTag,
  InfiniteData,
  MutationFunction,
  QueryClient,
  QueryFunction,
  QueryKey,
  UseInfiniteQueryOptions,
  UseInfiniteQueryReturnType,
  UseMutationOptions,
  UseMutationReturnType,
  UseQueryOptions,
  UseQueryReturnType
} from '@tanstack/vue-query';

import {
  computed,
  toValue,
  unref
} from 'vue';
import type {
  MaybeRefOrGetter
} from 'vue';

import type {
  CommentRequest,
  CreateCommentHeaders,
  DataCommentResponse,
  ErrorResponse,
  ListCommentsParams,
  ListingCommentResponse
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * Delete a comment.
 * @summary Delete Comment
 */
export const deleteComment = (
    commentId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      commentId = toValue(commentId);

      return request<void>(
      {url: `/api/comments/${commentId}`, method: 'DELETE', signal
    },
      );
    }




export const getDeleteCommentMutationKey = () => ['deleteComment'] as const;

export const getDeleteCommentMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deleteComment>>, TError,DeleteCommentMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof deleteComment>>, TError,DeleteCommentMutationVariables, TContext> => {

const mutationKey = getDeleteCommentMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof deleteComment>>, DeleteCommentMutationVariables> = (props) => {
          const {commentId} = props ?? {};

          return  deleteComment(commentId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type DeleteCommentMutationResult = NonNullable<Awaited<ReturnType<typeof deleteComment>>>

    export type DeleteCommentMutationError = ErrorType<ErrorResponse>
    export type DeleteCommentMutationVariables = {commentId: string}

    /**
 * @summary Delete Comment
 */
export const useDeleteComment = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deleteComment>>, TError,DeleteCommentMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof deleteComment>>,
        TError,
        DeleteCommentMutationVariables,
        TContext
      > => {
      return useMutation(getDeleteCommentMutationOptions(options), queryClient);
    }
    /**
 * List the comments on a post, oldest first.
 * @summary List Comments
 */
export const listComments = (
    postId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListCommentsParams>,
 signal?: AbortSignal
) => {
      postId = toValue(postId);
params = toValue(params);

      return request<ListingCommentResponse>(
      {url: `/api/posts/${postId}/comments`, method: 'GET',
        params, signal
    },
      );
    }




export const getListCommentsInfiniteQueryKey = (postId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListCommentsParams>,) => {
    return [
    'infinite', 'api','posts',postId,'comments', ...(params ? [params] : [])
    ] as const;
    }

export const getListCommentsQueryKey = (postId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListCommentsParams>,) => {
    return [
    'api','posts',postId,'comments', ...(params ? [params] : [])
    ] as const;
    }


export const getListCommentsInfiniteQueryOptions = <TData = InfiniteData<Awaited<ReturnType<typeof listComments>>, ListCommentsParams['cursor']>, TError = ErrorType<ErrorResponse>>(postId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListCommentsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listComments>>, TError, TData, QueryKey, ListCommentsParams['cursor']>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListCommentsInfiniteQueryKey(postId,params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listComments>>, QueryKey, ListCommentsParams['cursor']> = ({ signal, pageParam }) => listComments(postId,{...toValue(params), 'cursor': pageParam ?? toValue(params)?.['cursor']}, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(postId) !== null && toValue(postId) !== undefined), ...queryOptions} as UseInfiniteQueryOptions<Awaited<ReturnType<typeof listComments>>, TError, TData, QueryKey, ListCommentsParams['cursor']>
}

export type ListCommentsInfiniteQueryResult = NonNullable<Awaited<ReturnType<typeof listComments>>>
export type ListCommentsInfiniteQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Comments
 */

export function useListCommentsInfinite<TData = InfiniteData<Awaited<ReturnType<typeof listComments>>, ListCommentsParams['cursor']>, TError = ErrorType<ErrorResponse>>(
 postId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListCommentsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listComments>>, TError, TData, QueryKey, ListCommentsParams['cursor']>>, }
 , queryClient?: QueryClient
 ): UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListCommentsInfiniteQueryOptions(postId,params,options)

  const query = useInfiniteQuery(queryOptions, queryClient) as UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






export const getListCommentsQueryOptions = <TData = Awaited<ReturnType<typeof listComments>>, TError = ErrorType<ErrorResponse>>(postId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListCommentsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listComments>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListCommentsQueryKey(postId,params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listComments>>> = ({ signal }) => listComments(postId,params, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(postId) !== null && toValue(postId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listComments>>, TError, TData>
}

export type ListCommentsQueryResult = NonNullable<Awaited<ReturnType<typeof listComments>>>
export type ListCommentsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Comments
 */

export function useListComments<TData = Awaited<ReturnType<typeof listComments>>, TError = ErrorType<ErrorResponse>>(
 postId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListCommentsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listComments>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListCommentsQueryOptions(postId,params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Comment on a post.
 * @summary Create Comment
 */
export const createComment = (
    postId: MaybeRefOrGetter<string>,
    commentRequest: MaybeRefOrGetter<CommentRequest>,
    headers?: MaybeRefOrGetter<CreateCommentHeaders>,
 signal?: AbortSignal
) => {
      postId = toValue(postId);
commentRequest = toValue(commentRequest);
headers = toValue(headers);

      return request<DataCommentResponse>(
      {url: `/api/posts/${postId}/comments`, method: 'POST',
      headers: {'Content-Type': 'application/json', ...headers},
      data: commentRequest, signal
    },
      );
    }




export const getCreateCommentMutationKey = () => ['createComment'] as const;

export const getCreateCommentMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createComment>>, TError,CreateCommentMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof createComment>>, TError,CreateCommentMutationVariables, TContext> => {

const mutationKey = getCreateCommentMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof createComment>>, CreateCommentMutationVariables> = (props) => {
          const {postId,data,headers} = props ?? {};

          return  createComment(postId,data,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type CreateCommentMutationResult = NonNullable<Awaited<ReturnType<typeof createComment>>>
    export type CreateCommentMutationBody = CommentRequest
    export type CreateCommentMutationError = ErrorType<ErrorResponse>
    export type CreateCommentMutationVariables = {postId: string;data: CommentRequest;headers?: CreateCommentHeaders}

    /**
 * @summary Create Comment
 */
export const useCreateComment = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createComment>>, TError,CreateCommentMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof createComment>>,
        TError,
        CreateCommentMutationVariables,
        TContext
      > => {
      return useMutation(getCreateCommentMutationOptions(options), queryClient);
    }
