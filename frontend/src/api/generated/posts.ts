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
  CreatePostHeaders,
  DataPostResponse,
  DeletePostHeaders,
  ErrorResponse,
  ExportPostsParams,
  ListPostsParams,
  ListUserPostsParams,
  ListingPostSummaryResponse,
  PostPatch,
  PostRequest,
  ReplacePostHeaders,
  UpdatePostHeaders
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List published posts and the caller's own drafts.
 * @summary List Posts
 */
export const listPosts = (
    params?: MaybeRefOrGetter<ListPostsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<ListingPostSummaryResponse>(
      {url: `/api/posts`, method: 'GET',
        params, signal
    },
      );
    }




export const getListPostsInfiniteQueryKey = (params?: MaybeRefOrGetter<ListPostsParams>,) => {
    return [
    'infinite', 'api','posts', ...(params ? [params] : [])
    ] as const;
    }

export const getListPostsQueryKey = (params?: MaybeRefOrGetter<ListPostsParams>,) => {
    return [
    'api','posts', ...(params ? [params] : [])
    ] as const;
    }


export const getListPostsInfiniteQueryOptions = <TData = InfiniteData<Awaited<ReturnType<typeof listPosts>>, ListPostsParams['cursor']>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListPostsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listPosts>>, TError, TData, QueryKey, ListPostsParams['cursor']>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListPostsInfiniteQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listPosts>>, QueryKey, ListPostsParams['cursor']> = ({ signal, pageParam }) => listPosts({...toValue(params), 'cursor': pageParam ?? toValue(params)?.['cursor']}, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseInfiniteQueryOptions<Awaited<ReturnType<typeof listPosts>>, TError, TData, QueryKey, ListPostsParams['cursor']>
}

export type ListPostsInfiniteQueryResult = NonNullable<Awaited<ReturnType<typeof listPosts>>>
export type ListPostsInfiniteQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Posts
 */

export function useListPostsInfinite<TData = InfiniteData<Awaited<ReturnType<typeof listPosts>>, ListPostsParams['cursor']>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListPostsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listPosts>>, TError, TData, QueryKey, ListPostsParams['cursor']>>, }
 , queryClient?: QueryClient
 ): UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListPostsInfiniteQueryOptions(params,options)

  const query = useInfiniteQuery(queryOptions, queryClient) as UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






export const getListPostsQueryOptions = <TData = Awaited<ReturnType<typeof listPosts>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListPostsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listPosts>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListPostsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listPosts>>> = ({ signal }) => listPosts(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listPosts>>, TError, TData>
}

export type ListPostsQueryResult = NonNullable<Awaited<ReturnType<typeof listPosts>>>
export type ListPostsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Posts
 */

export function useListPosts<TData = Awaited<ReturnType<typeof listPosts>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListPostsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listPosts>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListPostsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Create a post.
 * @summary Create Post
 */
export const createPost = (
    postRequest: MaybeRefOrGetter<PostRequest>,
    headers?: MaybeRefOrGetter<CreatePostHeaders>,
 signal?: AbortSignal
) => {
      postRequest = toValue(postRequest);
headers = toValue(headers);

      return request<DataPostResponse>(
      {url: `/api/posts`, method: 'POST',
      headers: {'Content-Type': 'application/json', ...headers},
      data: postRequest, signal
    },
      );
    }




export const getCreatePostMutationKey = () => ['createPost'] as const;

export const getCreatePostMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createPost>>, TError,CreatePostMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof createPost>>, TError,CreatePostMutationVariables, TContext> => {

const mutationKey = getCreatePostMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof createPost>>, CreatePostMutationVariables> = (props) => {
          const {data,headers} = props ?? {};

          return  createPost(data,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type CreatePostMutationResult = NonNullable<Awaited<ReturnType<typeof createPost>>>
    export type CreatePostMutationBody = PostRequest
    export type CreatePostMutationError = ErrorType<ErrorResponse>
    export type CreatePostMutationVariables = {data: PostRequest;headers?: CreatePostHeaders}

    /**
 * @summary Create Post
 */
export const useCreatePost = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createPost>>, TError,CreatePostMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof createPost>>,
        TError,
        CreatePostMutationVariables,
        TContext
      > => {
      return useMutation(getCreatePostMutationOptions(options), queryClient);
    }
    /**
 * Download the list of posts as CSV, with the filter and order of the list.
 * @summary Export Posts
 */
export const exportPosts = (
    params?: MaybeRefOrGetter<ExportPostsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<string>(
      {url: `/api/posts.csv`, method: 'GET',
        params, signal
    },
      );
    }




export const getExportPostsQueryKey = (params?: MaybeRefOrGetter<ExportPostsParams>,) => {
    return [
    'api','posts.csv', ...(params ? [params] : [])
    ] as const;
    }


export const getExportPostsQueryOptions = <TData = Awaited<ReturnType<typeof exportPosts>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ExportPostsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof exportPosts>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getExportPostsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof exportPosts>>> = ({ signal }) => exportPosts(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof exportPosts>>, TError, TData>
}

export type ExportPostsQueryResult = NonNullable<Awaited<ReturnType<typeof exportPosts>>>
export type ExportPostsQueryError = ErrorType<ErrorResponse>


/**
 * @summary Export Posts
 */

export function useExportPosts<TData = Awaited<ReturnType<typeof exportPosts>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ExportPostsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof exportPosts>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getExportPostsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Delete a post and its comments.
 * @summary Delete Post
 */
export const deletePost = (
    postId: MaybeRefOrGetter<string>,
    headers?: MaybeRefOrGetter<DeletePostHeaders>,
 signal?: AbortSignal
) => {
      postId = toValue(postId);
headers = toValue(headers);

      return request<void>(
      {url: `/api/posts/${postId}`, method: 'DELETE',
      headers, signal
    },
      );
    }




export const getDeletePostMutationKey = () => ['deletePost'] as const;

export const getDeletePostMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deletePost>>, TError,DeletePostMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof deletePost>>, TError,DeletePostMutationVariables, TContext> => {

const mutationKey = getDeletePostMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof deletePost>>, DeletePostMutationVariables> = (props) => {
          const {postId,headers} = props ?? {};

          return  deletePost(postId,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type DeletePostMutationResult = NonNullable<Awaited<ReturnType<typeof deletePost>>>

    export type DeletePostMutationError = ErrorType<ErrorResponse>
    export type DeletePostMutationVariables = {postId: string;headers?: DeletePostHeaders}

    /**
 * @summary Delete Post
 */
export const useDeletePost = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deletePost>>, TError,DeletePostMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof deletePost>>,
        TError,
        DeletePostMutationVariables,
        TContext
      > => {
      return useMutation(getDeletePostMutationOptions(options), queryClient);
    }
    /**
 * Return a post.
 * @summary Get Post
 */
export const getPost = (
    postId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      postId = toValue(postId);

      return request<DataPostResponse>(
      {url: `/api/posts/${postId}`, method: 'GET', signal
    },
      );
    }




export const getGetPostQueryKey = (postId: MaybeRefOrGetter<string>,) => {
    return [
    'api','posts',postId
    ] as const;
    }


export const getGetPostQueryOptions = <TData = Awaited<ReturnType<typeof getPost>>, TError = ErrorType<ErrorResponse>>(postId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getPost>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetPostQueryKey(postId);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getPost>>> = ({ signal }) => getPost(postId, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(postId) !== null && toValue(postId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getPost>>, TError, TData>
}

export type GetPostQueryResult = NonNullable<Awaited<ReturnType<typeof getPost>>>
export type GetPostQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Post
 */

export function useGetPost<TData = Awaited<ReturnType<typeof getPost>>, TError = ErrorType<ErrorResponse>>(
 postId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getPost>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetPostQueryOptions(postId,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Change the fields that are sent. `null` removes the subtitle.
 * @summary Update Post
 */
export const updatePost = (
    postId: MaybeRefOrGetter<string>,
    postPatch: MaybeRefOrGetter<PostPatch>,
    headers?: MaybeRefOrGetter<UpdatePostHeaders>,
 signal?: AbortSignal
) => {
      postId = toValue(postId);
postPatch = toValue(postPatch);
headers = toValue(headers);

      return request<DataPostResponse>(
      {url: `/api/posts/${postId}`, method: 'PATCH',
      headers: {'Content-Type': 'application/json', ...headers},
      data: postPatch, signal
    },
      );
    }




export const getUpdatePostMutationKey = () => ['updatePost'] as const;

export const getUpdatePostMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof updatePost>>, TError,UpdatePostMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof updatePost>>, TError,UpdatePostMutationVariables, TContext> => {

const mutationKey = getUpdatePostMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof updatePost>>, UpdatePostMutationVariables> = (props) => {
          const {postId,data,headers} = props ?? {};

          return  updatePost(postId,data,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type UpdatePostMutationResult = NonNullable<Awaited<ReturnType<typeof updatePost>>>
    export type UpdatePostMutationBody = PostPatch
    export type UpdatePostMutationError = ErrorType<ErrorResponse>
    export type UpdatePostMutationVariables = {postId: string;data: PostPatch;headers?: UpdatePostHeaders}

    /**
 * @summary Update Post
 */
export const useUpdatePost = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof updatePost>>, TError,UpdatePostMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof updatePost>>,
        TError,
        UpdatePostMutationVariables,
        TContext
      > => {
      return useMutation(getUpdatePostMutationOptions(options), queryClient);
    }
    /**
 * Replace a post. Omitted fields get their default.
 * @summary Replace Post
 */
export const replacePost = (
    postId: MaybeRefOrGetter<string>,
    postRequest: MaybeRefOrGetter<PostRequest>,
    headers?: MaybeRefOrGetter<ReplacePostHeaders>,
 signal?: AbortSignal
) => {
      postId = toValue(postId);
postRequest = toValue(postRequest);
headers = toValue(headers);

      return request<DataPostResponse>(
      {url: `/api/posts/${postId}`, method: 'PUT',
      headers: {'Content-Type': 'application/json', ...headers},
      data: postRequest, signal
    },
      );
    }




export const getReplacePostMutationKey = () => ['replacePost'] as const;

export const getReplacePostMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof replacePost>>, TError,ReplacePostMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof replacePost>>, TError,ReplacePostMutationVariables, TContext> => {

const mutationKey = getReplacePostMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof replacePost>>, ReplacePostMutationVariables> = (props) => {
          const {postId,data,headers} = props ?? {};

          return  replacePost(postId,data,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type ReplacePostMutationResult = NonNullable<Awaited<ReturnType<typeof replacePost>>>
    export type ReplacePostMutationBody = PostRequest
    export type ReplacePostMutationError = ErrorType<ErrorResponse>
    export type ReplacePostMutationVariables = {postId: string;data: PostRequest;headers?: ReplacePostHeaders}

    /**
 * @summary Replace Post
 */
export const useReplacePost = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof replacePost>>, TError,ReplacePostMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof replacePost>>,
        TError,
        ReplacePostMutationVariables,
        TContext
      > => {
      return useMutation(getReplacePostMutationOptions(options), queryClient);
    }
    /**
 * List the posts of a user. The list is empty if the user does not exist.
 * @summary List User Posts
 */
export const listUserPosts = (
    userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListUserPostsParams>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);
params = toValue(params);

      return request<ListingPostSummaryResponse>(
      {url: `/api/users/${userId}/posts`, method: 'GET',
        params, signal
    },
      );
    }




export const getListUserPostsInfiniteQueryKey = (userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListUserPostsParams>,) => {
    return [
    'infinite', 'api','users',userId,'posts', ...(params ? [params] : [])
    ] as const;
    }

export const getListUserPostsQueryKey = (userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListUserPostsParams>,) => {
    return [
    'api','users',userId,'posts', ...(params ? [params] : [])
    ] as const;
    }


export const getListUserPostsInfiniteQueryOptions = <TData = InfiniteData<Awaited<ReturnType<typeof listUserPosts>>, ListUserPostsParams['cursor']>, TError = ErrorType<ErrorResponse>>(userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListUserPostsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listUserPosts>>, TError, TData, QueryKey, ListUserPostsParams['cursor']>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListUserPostsInfiniteQueryKey(userId,params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listUserPosts>>, QueryKey, ListUserPostsParams['cursor']> = ({ signal, pageParam }) => listUserPosts(userId,{...toValue(params), 'cursor': pageParam ?? toValue(params)?.['cursor']}, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(userId) !== null && toValue(userId) !== undefined), ...queryOptions} as UseInfiniteQueryOptions<Awaited<ReturnType<typeof listUserPosts>>, TError, TData, QueryKey, ListUserPostsParams['cursor']>
}

export type ListUserPostsInfiniteQueryResult = NonNullable<Awaited<ReturnType<typeof listUserPosts>>>
export type ListUserPostsInfiniteQueryError = ErrorType<ErrorResponse>


/**
 * @summary List User Posts
 */

export function useListUserPostsInfinite<TData = InfiniteData<Awaited<ReturnType<typeof listUserPosts>>, ListUserPostsParams['cursor']>, TError = ErrorType<ErrorResponse>>(
 userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListUserPostsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listUserPosts>>, TError, TData, QueryKey, ListUserPostsParams['cursor']>>, }
 , queryClient?: QueryClient
 ): UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListUserPostsInfiniteQueryOptions(userId,params,options)

  const query = useInfiniteQuery(queryOptions, queryClient) as UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






export const getListUserPostsQueryOptions = <TData = Awaited<ReturnType<typeof listUserPosts>>, TError = ErrorType<ErrorResponse>>(userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListUserPostsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listUserPosts>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListUserPostsQueryKey(userId,params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listUserPosts>>> = ({ signal }) => listUserPosts(userId,params, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(userId) !== null && toValue(userId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listUserPosts>>, TError, TData>
}

export type ListUserPostsQueryResult = NonNullable<Awaited<ReturnType<typeof listUserPosts>>>
export type ListUserPostsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List User Posts
 */

export function useListUserPosts<TData = Awaited<ReturnType<typeof listUserPosts>>, TError = ErrorType<ErrorResponse>>(
 userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<ListUserPostsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listUserPosts>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListUserPostsQueryOptions(userId,params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






