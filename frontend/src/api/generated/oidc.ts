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
  DataLinkResponse,
  DataListProviderResponse,
  ErrorResponse,
  LinkRequest
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List the sign-in providers.
 * @summary List Providers
 */
export const listProviders = (

 signal?: AbortSignal
) => {


      return request<DataListProviderResponse>(
      {url: `/api/auth/oidc`, method: 'GET', signal
    },
      );
    }




export const getListProvidersQueryKey = () => {
    return [
    'api','auth','oidc'
    ] as const;
    }


export const getListProvidersQueryOptions = <TData = Awaited<ReturnType<typeof listProviders>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listProviders>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListProvidersQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listProviders>>> = ({ signal }) => listProviders(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listProviders>>, TError, TData>
}

export type ListProvidersQueryResult = NonNullable<Awaited<ReturnType<typeof listProviders>>>
export type ListProvidersQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Providers
 */

export function useListProviders<TData = Awaited<ReturnType<typeof listProviders>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listProviders>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListProvidersQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Return the URL that links an identity. The browser comes back to `redirect`, with `?error=CODE` on failure.
 * @summary Start Linking
 */
export const startLinking = (
    provider: MaybeRefOrGetter<string>,
    linkRequest: MaybeRefOrGetter<LinkRequest>,
 signal?: AbortSignal
) => {
      provider = toValue(provider);
linkRequest = toValue(linkRequest);

      return request<DataLinkResponse>(
      {url: `/api/auth/oidc/${provider}/link`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: linkRequest, signal
    },
      );
    }




export const getStartLinkingMutationKey = () => ['startLinking'] as const;

export const getStartLinkingMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof startLinking>>, TError,StartLinkingMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof startLinking>>, TError,StartLinkingMutationVariables, TContext> => {

const mutationKey = getStartLinkingMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof startLinking>>, StartLinkingMutationVariables> = (props) => {
          const {provider,data} = props ?? {};

          return  startLinking(provider,data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type StartLinkingMutationResult = NonNullable<Awaited<ReturnType<typeof startLinking>>>
    export type StartLinkingMutationBody = LinkRequest
    export type StartLinkingMutationError = ErrorType<ErrorResponse>
    export type StartLinkingMutationVariables = {provider: string;data: LinkRequest}

    /**
 * @summary Start Linking
 */
export const useStartLinking = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof startLinking>>, TError,StartLinkingMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof startLinking>>,
        TError,
        StartLinkingMutationVariables,
        TContext
      > => {
      return useMutation(getStartLinkingMutationOptions(options), queryClient);
    }
