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
  ClientErrorRequest,
  DataDevelopmentResponse,
  DataReadinessResponse,
  DataStatusResponse,
  ErrorResponse
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * Report an unexpected error of a page. It goes to the log, and to Sentry if enabled. No sign-in is required.
 * @summary Create Client Error
 */
export const createClientError = (
    clientErrorRequest: MaybeRefOrGetter<ClientErrorRequest>,
 signal?: AbortSignal
) => {
      clientErrorRequest = toValue(clientErrorRequest);

      return request<void>(
      {url: `/api/client-errors`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: clientErrorRequest, signal
    },
      );
    }




export const getCreateClientErrorMutationKey = () => ['createClientError'] as const;

export const getCreateClientErrorMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createClientError>>, TError,CreateClientErrorMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof createClientError>>, TError,CreateClientErrorMutationVariables, TContext> => {

const mutationKey = getCreateClientErrorMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof createClientError>>, CreateClientErrorMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  createClientError(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type CreateClientErrorMutationResult = NonNullable<Awaited<ReturnType<typeof createClientError>>>
    export type CreateClientErrorMutationBody = ClientErrorRequest
    export type CreateClientErrorMutationError = ErrorType<ErrorResponse>
    export type CreateClientErrorMutationVariables = {data: ClientErrorRequest}

    /**
 * @summary Create Client Error
 */
export const useCreateClientError = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createClientError>>, TError,CreateClientErrorMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof createClientError>>,
        TError,
        CreateClientErrorMutationVariables,
        TContext
      > => {
      return useMutation(getCreateClientErrorMutationOptions(options), queryClient);
    }
    /**
 * Return the aids of development: the developers' pages and the demo account. Production has neither.
 * @summary Get Development
 */
export const getDevelopment = (

 signal?: AbortSignal
) => {


      return request<DataDevelopmentResponse>(
      {url: `/api/development`, method: 'GET', signal
    },
      );
    }




export const getGetDevelopmentQueryKey = () => {
    return [
    'api','development'
    ] as const;
    }


export const getGetDevelopmentQueryOptions = <TData = Awaited<ReturnType<typeof getDevelopment>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getDevelopment>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetDevelopmentQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getDevelopment>>> = ({ signal }) => getDevelopment(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getDevelopment>>, TError, TData>
}

export type GetDevelopmentQueryResult = NonNullable<Awaited<ReturnType<typeof getDevelopment>>>
export type GetDevelopmentQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Development
 */

export function useGetDevelopment<TData = Awaited<ReturnType<typeof getDevelopment>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getDevelopment>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetDevelopmentQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Liveness probe: an orchestrator restarts a process that does not respond.
 * @summary Get Health
 */
export const getHealth = (

 signal?: AbortSignal
) => {


      return request<DataStatusResponse>(
      {url: `/api/health`, method: 'GET', signal
    },
      );
    }




export const getGetHealthQueryKey = () => {
    return [
    'api','health'
    ] as const;
    }


export const getGetHealthQueryOptions = <TData = Awaited<ReturnType<typeof getHealth>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getHealth>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetHealthQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getHealth>>> = ({ signal }) => getHealth(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getHealth>>, TError, TData>
}

export type GetHealthQueryResult = NonNullable<Awaited<ReturnType<typeof getHealth>>>
export type GetHealthQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Health
 */

export function useGetHealth<TData = Awaited<ReturnType<typeof getHealth>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getHealth>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetHealthQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Respond, whatever else is down.
 * @summary Ping
 */
export const ping = (

 signal?: AbortSignal
) => {


      return request<DataStatusResponse>(
      {url: `/api/ping`, method: 'GET', signal
    },
      );
    }




export const getPingQueryKey = () => {
    return [
    'api','ping'
    ] as const;
    }


export const getPingQueryOptions = <TData = Awaited<ReturnType<typeof ping>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof ping>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getPingQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof ping>>> = ({ signal }) => ping(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof ping>>, TError, TData>
}

export type PingQueryResult = NonNullable<Awaited<ReturnType<typeof ping>>>
export type PingQueryError = ErrorType<ErrorResponse>


/**
 * @summary Ping
 */

export function usePing<TData = Awaited<ReturnType<typeof ping>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof ping>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getPingQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Readiness probe: a load balancer sends requests elsewhere while this process cannot serve.
 *
 * Without Redis or a replica the process serves as `degraded`: background jobs wait, and the primary answers reads.
 * @summary Get Readiness
 */
export const getReadiness = (

 signal?: AbortSignal
) => {


      return request<DataReadinessResponse>(
      {url: `/api/ready`, method: 'GET', signal
    },
      );
    }




export const getGetReadinessQueryKey = () => {
    return [
    'api','ready'
    ] as const;
    }


export const getGetReadinessQueryOptions = <TData = Awaited<ReturnType<typeof getReadiness>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getReadiness>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetReadinessQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getReadiness>>> = ({ signal }) => getReadiness(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getReadiness>>, TError, TData>
}

export type GetReadinessQueryResult = NonNullable<Awaited<ReturnType<typeof getReadiness>>>
export type GetReadinessQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Readiness
 */

export function useGetReadiness<TData = Awaited<ReturnType<typeof getReadiness>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getReadiness>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetReadinessQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






