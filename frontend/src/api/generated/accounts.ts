/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
import {
  useMutation,
  useQuery
} from '@tanstack/vue-query';
import type {
  DataTag,
  MutationFunction,
  QueryClient,
  QueryFunction,
  QueryKey,
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
  AccountPatch,
  AccountRequest,
  DataAccountResponse,
  DataListSessionResponse,
  DataMfaStatusResponse,
  DeleteAccountHeaders,
  ErrorResponse,
  ReplaceAccountHeaders,
  UpdateAccountHeaders
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * Delete an account and everything that belongs to it.
 * @summary Delete Account
 */
export const deleteAccount = (
    userId: MaybeRefOrGetter<string>,
    headers?: MaybeRefOrGetter<DeleteAccountHeaders>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);
headers = toValue(headers);

      return request<void>(
      {url: `/api/users/${userId}`, method: 'DELETE',
      headers, signal
    },
      );
    }




export const getDeleteAccountMutationKey = () => ['deleteAccount'] as const;

export const getDeleteAccountMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deleteAccount>>, TError,DeleteAccountMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof deleteAccount>>, TError,DeleteAccountMutationVariables, TContext> => {

const mutationKey = getDeleteAccountMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof deleteAccount>>, DeleteAccountMutationVariables> = (props) => {
          const {userId,headers} = props ?? {};

          return  deleteAccount(userId,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type DeleteAccountMutationResult = NonNullable<Awaited<ReturnType<typeof deleteAccount>>>

    export type DeleteAccountMutationError = ErrorType<ErrorResponse>
    export type DeleteAccountMutationVariables = {userId: string;headers?: DeleteAccountHeaders}

    /**
 * @summary Delete Account
 */
export const useDeleteAccount = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deleteAccount>>, TError,DeleteAccountMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof deleteAccount>>,
        TError,
        DeleteAccountMutationVariables,
        TContext
      > => {
      return useMutation(getDeleteAccountMutationOptions(options), queryClient);
    }
    /**
 * Change the fields that are sent. Deactivating an account ends its sessions.
 * @summary Update Account
 */
export const updateAccount = (
    userId: MaybeRefOrGetter<string>,
    accountPatch: MaybeRefOrGetter<AccountPatch>,
    headers?: MaybeRefOrGetter<UpdateAccountHeaders>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);
accountPatch = toValue(accountPatch);
headers = toValue(headers);

      return request<DataAccountResponse>(
      {url: `/api/users/${userId}`, method: 'PATCH',
      headers: {'Content-Type': 'application/json', ...headers},
      data: accountPatch, signal
    },
      );
    }




export const getUpdateAccountMutationKey = () => ['updateAccount'] as const;

export const getUpdateAccountMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof updateAccount>>, TError,UpdateAccountMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof updateAccount>>, TError,UpdateAccountMutationVariables, TContext> => {

const mutationKey = getUpdateAccountMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof updateAccount>>, UpdateAccountMutationVariables> = (props) => {
          const {userId,data,headers} = props ?? {};

          return  updateAccount(userId,data,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type UpdateAccountMutationResult = NonNullable<Awaited<ReturnType<typeof updateAccount>>>
    export type UpdateAccountMutationBody = AccountPatch
    export type UpdateAccountMutationError = ErrorType<ErrorResponse>
    export type UpdateAccountMutationVariables = {userId: string;data: AccountPatch;headers?: UpdateAccountHeaders}

    /**
 * @summary Update Account
 */
export const useUpdateAccount = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof updateAccount>>, TError,UpdateAccountMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof updateAccount>>,
        TError,
        UpdateAccountMutationVariables,
        TContext
      > => {
      return useMutation(getUpdateAccountMutationOptions(options), queryClient);
    }
    /**
 * Replace everything that an admin decides about an account. An omitted name is removed.
 * @summary Replace Account
 */
export const replaceAccount = (
    userId: MaybeRefOrGetter<string>,
    accountRequest: MaybeRefOrGetter<AccountRequest>,
    headers?: MaybeRefOrGetter<ReplaceAccountHeaders>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);
accountRequest = toValue(accountRequest);
headers = toValue(headers);

      return request<DataAccountResponse>(
      {url: `/api/users/${userId}`, method: 'PUT',
      headers: {'Content-Type': 'application/json', ...headers},
      data: accountRequest, signal
    },
      );
    }




export const getReplaceAccountMutationKey = () => ['replaceAccount'] as const;

export const getReplaceAccountMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof replaceAccount>>, TError,ReplaceAccountMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof replaceAccount>>, TError,ReplaceAccountMutationVariables, TContext> => {

const mutationKey = getReplaceAccountMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof replaceAccount>>, ReplaceAccountMutationVariables> = (props) => {
          const {userId,data,headers} = props ?? {};

          return  replaceAccount(userId,data,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type ReplaceAccountMutationResult = NonNullable<Awaited<ReturnType<typeof replaceAccount>>>
    export type ReplaceAccountMutationBody = AccountRequest
    export type ReplaceAccountMutationError = ErrorType<ErrorResponse>
    export type ReplaceAccountMutationVariables = {userId: string;data: AccountRequest;headers?: ReplaceAccountHeaders}

    /**
 * @summary Replace Account
 */
export const useReplaceAccount = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof replaceAccount>>, TError,ReplaceAccountMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof replaceAccount>>,
        TError,
        ReplaceAccountMutationVariables,
        TContext
      > => {
      return useMutation(getReplaceAccountMutationOptions(options), queryClient);
    }
    /**
 * Remove the authenticator app, recovery codes and passkeys of a user who is locked out.
 *
 * The user is signed out and notified by email.
 * @summary Remove Account Second Factors
 */
export const removeAccountSecondFactors = (
    userId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);

      return request<void>(
      {url: `/api/users/${userId}/second-factors`, method: 'DELETE', signal
    },
      );
    }




export const getRemoveAccountSecondFactorsMutationKey = () => ['removeAccountSecondFactors'] as const;

export const getRemoveAccountSecondFactorsMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof removeAccountSecondFactors>>, TError,RemoveAccountSecondFactorsMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof removeAccountSecondFactors>>, TError,RemoveAccountSecondFactorsMutationVariables, TContext> => {

const mutationKey = getRemoveAccountSecondFactorsMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof removeAccountSecondFactors>>, RemoveAccountSecondFactorsMutationVariables> = (props) => {
          const {userId} = props ?? {};

          return  removeAccountSecondFactors(userId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type RemoveAccountSecondFactorsMutationResult = NonNullable<Awaited<ReturnType<typeof removeAccountSecondFactors>>>

    export type RemoveAccountSecondFactorsMutationError = ErrorType<ErrorResponse>
    export type RemoveAccountSecondFactorsMutationVariables = {userId: string}

    /**
 * @summary Remove Account Second Factors
 */
export const useRemoveAccountSecondFactors = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof removeAccountSecondFactors>>, TError,RemoveAccountSecondFactorsMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof removeAccountSecondFactors>>,
        TError,
        RemoveAccountSecondFactorsMutationVariables,
        TContext
      > => {
      return useMutation(getRemoveAccountSecondFactorsMutationOptions(options), queryClient);
    }
    /**
 * Return the second factors of a user.
 * @summary Get Account Second Factors
 */
export const getAccountSecondFactors = (
    userId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);

      return request<DataMfaStatusResponse>(
      {url: `/api/users/${userId}/second-factors`, method: 'GET', signal
    },
      );
    }




export const getGetAccountSecondFactorsQueryKey = (userId: MaybeRefOrGetter<string>,) => {
    return [
    'api','users',userId,'second-factors'
    ] as const;
    }


export const getGetAccountSecondFactorsQueryOptions = <TData = Awaited<ReturnType<typeof getAccountSecondFactors>>, TError = ErrorType<ErrorResponse>>(userId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getAccountSecondFactors>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetAccountSecondFactorsQueryKey(userId);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getAccountSecondFactors>>> = ({ signal }) => getAccountSecondFactors(userId, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(userId) !== null && toValue(userId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getAccountSecondFactors>>, TError, TData>
}

export type GetAccountSecondFactorsQueryResult = NonNullable<Awaited<ReturnType<typeof getAccountSecondFactors>>>
export type GetAccountSecondFactorsQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Account Second Factors
 */

export function useGetAccountSecondFactors<TData = Awaited<ReturnType<typeof getAccountSecondFactors>>, TError = ErrorType<ErrorResponse>>(
 userId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getAccountSecondFactors>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetAccountSecondFactorsQueryOptions(userId,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Sign a user out of all sessions.
 * @summary End Account Sessions
 */
export const endAccountSessions = (
    userId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);

      return request<void>(
      {url: `/api/users/${userId}/sessions`, method: 'DELETE', signal
    },
      );
    }




export const getEndAccountSessionsMutationKey = () => ['endAccountSessions'] as const;

export const getEndAccountSessionsMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof endAccountSessions>>, TError,EndAccountSessionsMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof endAccountSessions>>, TError,EndAccountSessionsMutationVariables, TContext> => {

const mutationKey = getEndAccountSessionsMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof endAccountSessions>>, EndAccountSessionsMutationVariables> = (props) => {
          const {userId} = props ?? {};

          return  endAccountSessions(userId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type EndAccountSessionsMutationResult = NonNullable<Awaited<ReturnType<typeof endAccountSessions>>>

    export type EndAccountSessionsMutationError = ErrorType<ErrorResponse>
    export type EndAccountSessionsMutationVariables = {userId: string}

    /**
 * @summary End Account Sessions
 */
export const useEndAccountSessions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof endAccountSessions>>, TError,EndAccountSessionsMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof endAccountSessions>>,
        TError,
        EndAccountSessionsMutationVariables,
        TContext
      > => {
      return useMutation(getEndAccountSessionsMutationOptions(options), queryClient);
    }
    /**
 * List the open sessions of a user, the most recently seen first.
 * @summary List Account Sessions
 */
export const listAccountSessions = (
    userId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);

      return request<DataListSessionResponse>(
      {url: `/api/users/${userId}/sessions`, method: 'GET', signal
    },
      );
    }




export const getListAccountSessionsQueryKey = (userId: MaybeRefOrGetter<string>,) => {
    return [
    'api','users',userId,'sessions'
    ] as const;
    }


export const getListAccountSessionsQueryOptions = <TData = Awaited<ReturnType<typeof listAccountSessions>>, TError = ErrorType<ErrorResponse>>(userId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listAccountSessions>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListAccountSessionsQueryKey(userId);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listAccountSessions>>> = ({ signal }) => listAccountSessions(userId, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(userId) !== null && toValue(userId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listAccountSessions>>, TError, TData>
}

export type ListAccountSessionsQueryResult = NonNullable<Awaited<ReturnType<typeof listAccountSessions>>>
export type ListAccountSessionsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Account Sessions
 */

export function useListAccountSessions<TData = Awaited<ReturnType<typeof listAccountSessions>>, TError = ErrorType<ErrorResponse>>(
 userId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listAccountSessions>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListAccountSessionsQueryOptions(userId,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Sign a user out of one session.
 * @summary End Account Session
 */
export const endAccountSession = (
    userId: MaybeRefOrGetter<string>,
    sessionId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);
sessionId = toValue(sessionId);

      return request<void>(
      {url: `/api/users/${userId}/sessions/${sessionId}`, method: 'DELETE', signal
    },
      );
    }




export const getEndAccountSessionMutationKey = () => ['endAccountSession'] as const;

export const getEndAccountSessionMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof endAccountSession>>, TError,EndAccountSessionMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof endAccountSession>>, TError,EndAccountSessionMutationVariables, TContext> => {

const mutationKey = getEndAccountSessionMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof endAccountSession>>, EndAccountSessionMutationVariables> = (props) => {
          const {userId,sessionId} = props ?? {};

          return  endAccountSession(userId,sessionId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type EndAccountSessionMutationResult = NonNullable<Awaited<ReturnType<typeof endAccountSession>>>

    export type EndAccountSessionMutationError = ErrorType<ErrorResponse>
    export type EndAccountSessionMutationVariables = {userId: string;sessionId: string}

    /**
 * @summary End Account Session
 */
export const useEndAccountSession = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof endAccountSession>>, TError,EndAccountSessionMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof endAccountSession>>,
        TError,
        EndAccountSessionMutationVariables,
        TContext
      > => {
      return useMutation(getEndAccountSessionMutationOptions(options), queryClient);
    }
