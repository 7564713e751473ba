/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
import {
  useInfiniteQuery,
  useQuery
} from '@tanstack/vue-query';
import type {
  DataTag,
  InfiniteData,
  QueryClient,
  QueryFunction,
  QueryKey,
  UseInfiniteQueryOptions,
  UseInfiniteQueryReturnType,
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
  ErrorResponse,
  ExportSecurityEventsParams,
  ListOwnSecurityEventsParams,
  ListSecurityEventsParams,
  ListingOwnSecurityEventResponse,
  ListingSecurityEventResponse
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List the audit log, newest first.
 * @summary List Security Events
 */
export const listSecurityEvents = (
    params?: MaybeRefOrGetter<ListSecurityEventsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<ListingSecurityEventResponse>(
      {url: `/api/security-events`, method: 'GET',
        params, signal
    },
      );
    }




export const getListSecurityEventsInfiniteQueryKey = (params?: MaybeRefOrGetter<ListSecurityEventsParams>,) => {
    return [
    'infinite', 'api','security-events', ...(params ? [params] : [])
    ] as const;
    }

export const getListSecurityEventsQueryKey = (params?: MaybeRefOrGetter<ListSecurityEventsParams>,) => {
    return [
    'api','security-events', ...(params ? [params] : [])
    ] as const;
    }


export const getListSecurityEventsInfiniteQueryOptions = <TData = InfiniteData<Awaited<ReturnType<typeof listSecurityEvents>>, ListSecurityEventsParams['cursor']>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListSecurityEventsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listSecurityEvents>>, TError, TData, QueryKey, ListSecurityEventsParams['cursor']>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListSecurityEventsInfiniteQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listSecurityEvents>>, QueryKey, ListSecurityEventsParams['cursor']> = ({ signal, pageParam }) => listSecurityEvents({...toValue(params), 'cursor': pageParam ?? toValue(params)?.['cursor']}, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseInfiniteQueryOptions<Awaited<ReturnType<typeof listSecurityEvents>>, TError, TData, QueryKey, ListSecurityEventsParams['cursor']>
}

export type ListSecurityEventsInfiniteQueryResult = NonNullable<Awaited<ReturnType<typeof listSecurityEvents>>>
export type ListSecurityEventsInfiniteQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Security Events
 */

export function useListSecurityEventsInfinite<TData = InfiniteData<Awaited<ReturnType<typeof listSecurityEvents>>, ListSecurityEventsParams['cursor']>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListSecurityEventsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listSecurityEvents>>, TError, TData, QueryKey, ListSecurityEventsParams['cursor']>>, }
 , queryClient?: QueryClient
 ): UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListSecurityEventsInfiniteQueryOptions(params,options)

  const query = useInfiniteQuery(queryOptions, queryClient) as UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






export const getListSecurityEventsQueryOptions = <TData = Awaited<ReturnType<typeof listSecurityEvents>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListSecurityEventsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listSecurityEvents>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListSecurityEventsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listSecurityEvents>>> = ({ signal }) => listSecurityEvents(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listSecurityEvents>>, TError, TData>
}

export type ListSecurityEventsQueryResult = NonNullable<Awaited<ReturnType<typeof listSecurityEvents>>>
export type ListSecurityEventsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Security Events
 */

export function useListSecurityEvents<TData = Awaited<ReturnType<typeof listSecurityEvents>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListSecurityEventsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listSecurityEvents>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListSecurityEventsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Download the audit log as CSV, with the filter of the list.
 * @summary Export Security Events
 */
export const exportSecurityEvents = (
    params?: MaybeRefOrGetter<ExportSecurityEventsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<string>(
      {url: `/api/security-events.csv`, method: 'GET',
        params, signal
    },
      );
    }




export const getExportSecurityEventsQueryKey = (params?: MaybeRefOrGetter<ExportSecurityEventsParams>,) => {
    return [
    'api','security-events.csv', ...(params ? [params] : [])
    ] as const;
    }


export const getExportSecurityEventsQueryOptions = <TData = Awaited<ReturnType<typeof exportSecurityEvents>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ExportSecurityEventsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof exportSecurityEvents>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getExportSecurityEventsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof exportSecurityEvents>>> = ({ signal }) => exportSecurityEvents(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof exportSecurityEvents>>, TError, TData>
}

export type ExportSecurityEventsQueryResult = NonNullable<Awaited<ReturnType<typeof exportSecurityEvents>>>
export type ExportSecurityEventsQueryError = ErrorType<ErrorResponse>


/**
 * @summary Export Security Events
 */

export function useExportSecurityEvents<TData = Awaited<ReturnType<typeof exportSecurityEvents>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ExportSecurityEventsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof exportSecurityEvents>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getExportSecurityEventsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * List the security events of the caller's account, newest first.
 * @summary List Own Security Events
 */
export const listOwnSecurityEvents = (
    params?: MaybeRefOrGetter<ListOwnSecurityEventsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<ListingOwnSecurityEventResponse>(
      {url: `/api/users/me/security-events`, method: 'GET',
        params, signal
    },
      );
    }




export const getListOwnSecurityEventsInfiniteQueryKey = (params?: MaybeRefOrGetter<ListOwnSecurityEventsParams>,) => {
    return [
    'infinite', 'api','users','me','security-events', ...(params ? [params] : [])
    ] as const;
    }

export const getListOwnSecurityEventsQueryKey = (params?: MaybeRefOrGetter<ListOwnSecurityEventsParams>,) => {
    return [
    'api','users','me','security-events', ...(params ? [params] : [])
    ] as const;
    }


export const getListOwnSecurityEventsInfiniteQueryOptions = <TData = InfiniteData<Awaited<ReturnType<typeof listOwnSecurityEvents>>, ListOwnSecurityEventsParams['cursor']>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListOwnSecurityEventsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listOwnSecurityEvents>>, TError, TData, QueryKey, ListOwnSecurityEventsParams['cursor']>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListOwnSecurityEventsInfiniteQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listOwnSecurityEvents>>, QueryKey, ListOwnSecurityEventsParams['cursor']> = ({ signal, pageParam }) => listOwnSecurityEvents({...toValue(params), 'cursor': pageParam ?? toValue(params)?.['cursor']}, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseInfiniteQueryOptions<Awaited<ReturnType<typeof listOwnSecurityEvents>>, TError, TData, QueryKey, ListOwnSecurityEventsParams['cursor']>
}

export type ListOwnSecurityEventsInfiniteQueryResult = NonNullable<Awaited<ReturnType<typeof listOwnSecurityEvents>>>
export type ListOwnSecurityEventsInfiniteQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Own Security Events
 */

export function useListOwnSecurityEventsInfinite<TData = InfiniteData<Awaited<ReturnType<typeof listOwnSecurityEvents>>, ListOwnSecurityEventsParams['cursor']>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListOwnSecurityEventsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listOwnSecurityEvents>>, TError, TData, QueryKey, ListOwnSecurityEventsParams['cursor']>>, }
 , queryClient?: QueryClient
 ): UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListOwnSecurityEventsInfiniteQueryOptions(params,options)

  const query = useInfiniteQuery(queryOptions, queryClient) as UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






export const getListOwnSecurityEventsQueryOptions = <TData = Awaited<ReturnType<typeof listOwnSecurityEvents>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListOwnSecurityEventsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listOwnSecurityEvents>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListOwnSecurityEventsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listOwnSecurityEvents>>> = ({ signal }) => listOwnSecurityEvents(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listOwnSecurityEvents>>, TError, TData>
}

export type ListOwnSecurityEventsQueryResult = NonNullable<Awaited<ReturnType<typeof listOwnSecurityEvents>>>
export type ListOwnSecurityEventsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Own Security Events
 */

export function useListOwnSecurityEvents<TData = Awaited<ReturnType<typeof listOwnSecurityEvents>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListOwnSecurityEventsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listOwnSecurityEvents>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListOwnSecurityEventsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






