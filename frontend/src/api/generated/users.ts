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
  AvatarForm,
  DataAccountResponse,
  DataUserResponse,
  ErrorResponse,
  ExportAccountsParams,
  GetAvatarParams,
  ListAccountsParams,
  ListingAccountResponse,
  ProfilePatch
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List users. Requires the permission `read:users`.
 * @summary List Accounts
 */
export const listAccounts = (
    params?: MaybeRefOrGetter<ListAccountsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<ListingAccountResponse>(
      {url: `/api/users`, method: 'GET',
        params, signal
    },
      );
    }




export const getListAccountsInfiniteQueryKey = (params?: MaybeRefOrGetter<ListAccountsParams>,) => {
    return [
    'infinite', 'api','users', ...(params ? [params] : [])
    ] as const;
    }

export const getListAccountsQueryKey = (params?: MaybeRefOrGetter<ListAccountsParams>,) => {
    return [
    'api','users', ...(params ? [params] : [])
    ] as const;
    }


export const getListAccountsInfiniteQueryOptions = <TData = InfiniteData<Awaited<ReturnType<typeof listAccounts>>, ListAccountsParams['cursor']>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListAccountsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listAccounts>>, TError, TData, QueryKey, ListAccountsParams['cursor']>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListAccountsInfiniteQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listAccounts>>, QueryKey, ListAccountsParams['cursor']> = ({ signal, pageParam }) => listAccounts({...toValue(params), 'cursor': pageParam ?? toValue(params)?.['cursor']}, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseInfiniteQueryOptions<Awaited<ReturnType<typeof listAccounts>>, TError, TData, QueryKey, ListAccountsParams['cursor']>
}

export type ListAccountsInfiniteQueryResult = NonNullable<Awaited<ReturnType<typeof listAccounts>>>
export type ListAccountsInfiniteQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Accounts
 */

export function useListAccountsInfinite<TData = InfiniteData<Awaited<ReturnType<typeof listAccounts>>, ListAccountsParams['cursor']>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListAccountsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listAccounts>>, TError, TData, QueryKey, ListAccountsParams['cursor']>>, }
 , queryClient?: QueryClient
 ): UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListAccountsInfiniteQueryOptions(params,options)

  const query = useInfiniteQuery(queryOptions, queryClient) as UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






export const getListAccountsQueryOptions = <TData = Awaited<ReturnType<typeof listAccounts>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListAccountsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listAccounts>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListAccountsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listAccounts>>> = ({ signal }) => listAccounts(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listAccounts>>, TError, TData>
}

export type ListAccountsQueryResult = NonNullable<Awaited<ReturnType<typeof listAccounts>>>
export type ListAccountsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Accounts
 */

export function useListAccounts<TData = Awaited<ReturnType<typeof listAccounts>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListAccountsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listAccounts>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListAccountsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Download the list of users as CSV, with the filter and order of the list.
 *
 * Requires the permission `read:users`.
 * @summary Export Accounts
 */
export const exportAccounts = (
    params?: MaybeRefOrGetter<ExportAccountsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<string>(
      {url: `/api/users.csv`, method: 'GET',
        params, signal
    },
      );
    }




export const getExportAccountsQueryKey = (params?: MaybeRefOrGetter<ExportAccountsParams>,) => {
    return [
    'api','users.csv', ...(params ? [params] : [])
    ] as const;
    }


export const getExportAccountsQueryOptions = <TData = Awaited<ReturnType<typeof exportAccounts>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ExportAccountsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof exportAccounts>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getExportAccountsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof exportAccounts>>> = ({ signal }) => exportAccounts(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof exportAccounts>>, TError, TData>
}

export type ExportAccountsQueryResult = NonNullable<Awaited<ReturnType<typeof exportAccounts>>>
export type ExportAccountsQueryError = ErrorType<ErrorResponse>


/**
 * @summary Export Accounts
 */

export function useExportAccounts<TData = Awaited<ReturnType<typeof exportAccounts>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ExportAccountsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof exportAccounts>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getExportAccountsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Delete the caller's account and everything that belongs to it. All sessions end.
 * @summary Delete Current User
 */
export const deleteCurrentUser = (

 signal?: AbortSignal
) => {


      return request<void>(
      {url: `/api/users/me`, method: 'DELETE', signal
    },
      );
    }




export const getDeleteCurrentUserMutationKey = () => ['deleteCurrentUser'] as const;

export const getDeleteCurrentUserMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deleteCurrentUser>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof deleteCurrentUser>>, TError,void, TContext> => {

const mutationKey = getDeleteCurrentUserMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof deleteCurrentUser>>, void> = () => {


          return  deleteCurrentUser()
        }






  return  { mutationFn, ...mutationOptions }}

    export type DeleteCurrentUserMutationResult = NonNullable<Awaited<ReturnType<typeof deleteCurrentUser>>>

    export type DeleteCurrentUserMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Delete Current User
 */
export const useDeleteCurrentUser = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deleteCurrentUser>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof deleteCurrentUser>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getDeleteCurrentUserMutationOptions(options), queryClient);
    }
    /**
 * Return the caller's account.
 * @summary Get Current User
 */
export const getCurrentUser = (

 signal?: AbortSignal
) => {


      return request<DataUserResponse>(
      {url: `/api/users/me`, method: 'GET', signal
    },
      );
    }




export const getGetCurrentUserQueryKey = () => {
    return [
    'api','users','me'
    ] as const;
    }


export const getGetCurrentUserQueryOptions = <TData = Awaited<ReturnType<typeof getCurrentUser>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getCurrentUser>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetCurrentUserQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getCurrentUser>>> = ({ signal }) => getCurrentUser(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getCurrentUser>>, TError, TData>
}

export type GetCurrentUserQueryResult = NonNullable<Awaited<ReturnType<typeof getCurrentUser>>>
export type GetCurrentUserQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Current User
 */

export function useGetCurrentUser<TData = Awaited<ReturnType<typeof getCurrentUser>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getCurrentUser>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetCurrentUserQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Update the caller's account.
 * @summary Update Current User
 */
export const updateCurrentUser = (
    profilePatch: MaybeRefOrGetter<ProfilePatch>,
 signal?: AbortSignal
) => {
      profilePatch = toValue(profilePatch);

      return request<DataUserResponse>(
      {url: `/api/users/me`, method: 'PATCH',
      headers: {'Content-Type': 'application/json', },
      data: profilePatch, signal
    },
      );
    }




export const getUpdateCurrentUserMutationKey = () => ['updateCurrentUser'] as const;

export const getUpdateCurrentUserMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof updateCurrentUser>>, TError,UpdateCurrentUserMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof updateCurrentUser>>, TError,UpdateCurrentUserMutationVariables, TContext> => {

const mutationKey = getUpdateCurrentUserMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof updateCurrentUser>>, UpdateCurrentUserMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  updateCurrentUser(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type UpdateCurrentUserMutationResult = NonNullable<Awaited<ReturnType<typeof updateCurrentUser>>>
    export type UpdateCurrentUserMutationBody = ProfilePatch
    export type UpdateCurrentUserMutationError = ErrorType<ErrorResponse>
    export type UpdateCurrentUserMutationVariables = {data: ProfilePatch}

    /**
 * @summary Update Current User
 */
export const useUpdateCurrentUser = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof updateCurrentUser>>, TError,UpdateCurrentUserMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof updateCurrentUser>>,
        TError,
        UpdateCurrentUserMutationVariables,
        TContext
      > => {
      return useMutation(getUpdateCurrentUserMutationOptions(options), queryClient);
    }
    /**
 * Remove the profile picture.
 * @summary Remove Avatar
 */
export const removeAvatar = (

 signal?: AbortSignal
) => {


      return request<void>(
      {url: `/api/users/me/avatar`, method: 'DELETE', signal
    },
      );
    }




export const getRemoveAvatarMutationKey = () => ['removeAvatar'] as const;

export const getRemoveAvatarMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof removeAvatar>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof removeAvatar>>, TError,void, TContext> => {

const mutationKey = getRemoveAvatarMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof removeAvatar>>, void> = () => {


          return  removeAvatar()
        }






  return  { mutationFn, ...mutationOptions }}

    export type RemoveAvatarMutationResult = NonNullable<Awaited<ReturnType<typeof removeAvatar>>>

    export type RemoveAvatarMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Remove Avatar
 */
export const useRemoveAvatar = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof removeAvatar>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof removeAvatar>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getRemoveAvatarMutationOptions(options), queryClient);
    }
    /**
 * Replace the profile picture: JPEG, PNG, WebP or GIF, cropped to a square.
 * @summary Replace Avatar
 */
export const replaceAvatar = (
    avatarForm: MaybeRefOrGetter<AvatarForm>,
 signal?: AbortSignal
) => {
      avatarForm = toValue(avatarForm);
      const formData = new FormData();
formData.append(`file`, avatarForm.file);

      return request<DataUserResponse>(
      {url: `/api/users/me/avatar`, method: 'PUT',
      headers: {'Content-Type': 'multipart/form-data', },
       data: formData, signal
    },
      );
    }




export const getReplaceAvatarMutationKey = () => ['replaceAvatar'] as const;

export const getReplaceAvatarMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof replaceAvatar>>, TError,ReplaceAvatarMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof replaceAvatar>>, TError,ReplaceAvatarMutationVariables, TContext> => {

const mutationKey = getReplaceAvatarMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof replaceAvatar>>, ReplaceAvatarMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  replaceAvatar(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type ReplaceAvatarMutationResult = NonNullable<Awaited<ReturnType<typeof replaceAvatar>>>
    export type ReplaceAvatarMutationBody = AvatarForm
    export type ReplaceAvatarMutationError = ErrorType<ErrorResponse>
    export type ReplaceAvatarMutationVariables = {data: AvatarForm}

    /**
 * @summary Replace Avatar
 */
export const useReplaceAvatar = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof replaceAvatar>>, TError,ReplaceAvatarMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof replaceAvatar>>,
        TError,
        ReplaceAvatarMutationVariables,
        TContext
      > => {
      return useMutation(getReplaceAvatarMutationOptions(options), queryClient);
    }
    /**
 * Return a user. Requires the permission `read:users`.
 * @summary Get Account
 */
export const getAccount = (
    userId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);

      return request<DataAccountResponse>(
      {url: `/api/users/${userId}`, method: 'GET', signal
    },
      );
    }




export const getGetAccountQueryKey = (userId: MaybeRefOrGetter<string>,) => {
    return [
    'api','users',userId
    ] as const;
    }


export const getGetAccountQueryOptions = <TData = Awaited<ReturnType<typeof getAccount>>, TError = ErrorType<ErrorResponse>>(userId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getAccount>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetAccountQueryKey(userId);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getAccount>>> = ({ signal }) => getAccount(userId, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(userId) !== null && toValue(userId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getAccount>>, TError, TData>
}

export type GetAccountQueryResult = NonNullable<Awaited<ReturnType<typeof getAccount>>>
export type GetAccountQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Account
 */

export function useGetAccount<TData = Awaited<ReturnType<typeof getAccount>>, TError = ErrorType<ErrorResponse>>(
 userId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getAccount>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetAccountQueryOptions(userId,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Return the public profile picture of a user: a square of `size` pixels.
 * @summary Get Avatar
 */
export const getAvatar = (
    userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<GetAvatarParams>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);
params = toValue(params);

      return request<Blob>(
      {url: `/api/users/${userId}/avatar`, method: 'GET',
        params,
        responseType: 'blob', signal
    },
      );
    }




export const getGetAvatarQueryKey = (userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<GetAvatarParams>,) => {
    return [
    'api','users',userId,'avatar', ...(params ? [params] : [])
    ] as const;
    }


export const getGetAvatarQueryOptions = <TData = Awaited<ReturnType<typeof getAvatar>>, TError = ErrorType<ErrorResponse>>(userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<GetAvatarParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getAvatar>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetAvatarQueryKey(userId,params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getAvatar>>> = ({ signal }) => getAvatar(userId,params, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(userId) !== null && toValue(userId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getAvatar>>, TError, TData>
}

export type GetAvatarQueryResult = NonNullable<Awaited<ReturnType<typeof getAvatar>>>
export type GetAvatarQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Avatar
 */

export function useGetAvatar<TData = Awaited<ReturnType<typeof getAvatar>>, TError = ErrorType<ErrorResponse>>(
 userId: MaybeRefOrGetter<string>,
    params?: MaybeRefOrGetter<GetAvatarParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getAvatar>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetAvatarQueryOptions(userId,params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






