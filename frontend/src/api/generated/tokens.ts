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
  toValue,
  unref
} from 'vue';
import type {
  MaybeRefOrGetter
} from 'vue';

import type {
  ApiTokenRequest,
  DataCreatedApiTokenResponse,
  DataListApiTokenResponse,
  ErrorResponse
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List the caller's API tokens, newest first.
 * @summary List Tokens
 */
export const listTokens = (

 signal?: AbortSignal
) => {


      return request<DataListApiTokenResponse>(
      {url: `/api/auth/tokens`, method: 'GET', signal
    },
      );
    }




export const getListTokensQueryKey = () => {
    return [
    'api','auth','tokens'
    ] as const;
    }


export const getListTokensQueryOptions = <TData = Awaited<ReturnType<typeof listTokens>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listTokens>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListTokensQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listTokens>>> = ({ signal }) => listTokens(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listTokens>>, TError, TData>
}

export type ListTokensQueryResult = NonNullable<Awaited<ReturnType<typeof listTokens>>>
export type ListTokensQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Tokens
 */

export function useListTokens<TData = Awaited<ReturnType<typeof listTokens>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listTokens>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListTokensQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Create an API token. Its secret is shown in this response only, so there is no `Idempotency-Key`.
 * @summary Create Api Token
 */
export const createApiToken = (
    apiTokenRequest: MaybeRefOrGetter<ApiTokenRequest>,
 signal?: AbortSignal
) => {
      apiTokenRequest = toValue(apiTokenRequest);

      return request<DataCreatedApiTokenResponse>(
      {url: `/api/auth/tokens`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: apiTokenRequest, signal
    },
      );
    }




export const getCreateApiTokenMutationKey = () => ['createApiToken'] as const;

export const getCreateApiTokenMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createApiToken>>, TError,CreateApiTokenMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof createApiToken>>, TError,CreateApiTokenMutationVariables, TContext> => {

const mutationKey = getCreateApiTokenMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof createApiToken>>, CreateApiTokenMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  createApiToken(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type CreateApiTokenMutationResult = NonNullable<Awaited<ReturnType<typeof createApiToken>>>
    export type CreateApiTokenMutationBody = ApiTokenRequest
    export type CreateApiTokenMutationError = ErrorType<ErrorResponse>
    export type CreateApiTokenMutationVariables = {data: ApiTokenRequest}

    /**
 * @summary Create Api Token
 */
export const useCreateApiToken = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createApiToken>>, TError,CreateApiTokenMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof createApiToken>>,
        TError,
        CreateApiTokenMutationVariables,
        TContext
      > => {
      return useMutation(getCreateApiTokenMutationOptions(options), queryClient);
    }
    /**
 * Revoke an API token immediately.
 * @summary Revoke Api Token
 */
export const revokeApiToken = (
    tokenId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      tokenId = toValue(tokenId);

      return request<void>(
      {url: `/api/auth/tokens/${tokenId}`, method: 'DELETE', signal
    },
      );
    }




export const getRevokeApiTokenMutationKey = () => ['revokeApiToken'] as const;

export const getRevokeApiTokenMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof revokeApiToken>>, TError,RevokeApiTokenMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof revokeApiToken>>, TError,RevokeApiTokenMutationVariables, TContext> => {

const mutationKey = getRevokeApiTokenMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof revokeApiToken>>, RevokeApiTokenMutationVariables> = (props) => {
          const {tokenId} = props ?? {};

          return  revokeApiToken(tokenId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type RevokeApiTokenMutationResult = NonNullable<Awaited<ReturnType<typeof revokeApiToken>>>

    export type RevokeApiTokenMutationError = ErrorType<ErrorResponse>
    export type RevokeApiTokenMutationVariables = {tokenId: string}

    /**
 * @summary Revoke Api Token
 */
export const useRevokeApiToken = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof revokeApiToken>>, TError,RevokeApiTokenMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof revokeApiToken>>,
        TError,
        RevokeApiTokenMutationVariables,
        TContext
      > => {
      return useMutation(getRevokeApiTokenMutationOptions(options), queryClient);
    }
