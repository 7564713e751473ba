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
  DataListIdentityResponse,
  ErrorResponse
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List the identities that are linked to the caller's account.
 * @summary List Identities
 */
export const listIdentities = (

 signal?: AbortSignal
) => {


      return request<DataListIdentityResponse>(
      {url: `/api/auth/identities`, method: 'GET', signal
    },
      );
    }




export const getListIdentitiesQueryKey = () => {
    return [
    'api','auth','identities'
    ] as const;
    }


export const getListIdentitiesQueryOptions = <TData = Awaited<ReturnType<typeof listIdentities>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listIdentities>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListIdentitiesQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listIdentities>>> = ({ signal }) => listIdentities(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listIdentities>>, TError, TData>
}

export type ListIdentitiesQueryResult = NonNullable<Awaited<ReturnType<typeof listIdentities>>>
export type ListIdentitiesQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Identities
 */

export function useListIdentities<TData = Awaited<ReturnType<typeof listIdentities>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listIdentities>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListIdentitiesQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Unlink an identity from the caller's account, unless it is the only way to sign in.
 * @summary Unlink Identity
 */
export const unlinkIdentity = (
    identityId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      identityId = toValue(identityId);

      return request<void>(
      {url: `/api/auth/identities/${identityId}`, method: 'DELETE', signal
    },
      );
    }




export const getUnlinkIdentityMutationKey = () => ['unlinkIdentity'] as const;

export const getUnlinkIdentityMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof unlinkIdentity>>, TError,UnlinkIdentityMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof unlinkIdentity>>, TError,UnlinkIdentityMutationVariables, TContext> => {

const mutationKey = getUnlinkIdentityMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof unlinkIdentity>>, UnlinkIdentityMutationVariables> = (props) => {
          const {identityId} = props ?? {};

          return  unlinkIdentity(identityId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type UnlinkIdentityMutationResult = NonNullable<Awaited<ReturnType<typeof unlinkIdentity>>>

    export type UnlinkIdentityMutationError = ErrorType<ErrorResponse>
    export type UnlinkIdentityMutationVariables = {identityId: string}

    /**
 * @summary Unlink Identity
 */
export const useUnlinkIdentity = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof unlinkIdentity>>, TError,UnlinkIdentityMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof unlinkIdentity>>,
        TError,
        UnlinkIdentityMutationVariables,
        TContext
      > => {
      return useMutation(getUnlinkIdentityMutationOptions(options), queryClient);
    }
