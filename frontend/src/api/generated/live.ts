/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
import {
  useQuery
} from '@tanstack/vue-query';
import type {
  DataTag,
  QueryClient,
  QueryFunction,
  QueryKey,
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
  StreamEvents200,
  StreamEventsHeaders
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * Stream the events of the signed-in user until the session ends.
 *
 * `ready` comes first, and again after events may have been lost: reload what you show. `notification` contains an
 * item of `GET /api/notifications` and has an id; it may come twice, and missed ones follow when `Last-Event-ID` is
 * sent. All other events have no id and are not repeated.
 * @summary Stream Events
 */
export const streamEvents = (
    headers?: MaybeRefOrGetter<StreamEventsHeaders>,
 signal?: AbortSignal
) => {
      headers = toValue(headers);

      return request<StreamEvents200>(
      {url: `/api/events`, method: 'GET',
      headers, signal
    },
      );
    }




export const getStreamEventsQueryKey = () => {
    return [
    'api','events'
    ] as const;
    }


export const getStreamEventsQueryOptions = <TData = Awaited<ReturnType<typeof streamEvents>>, TError = ErrorType<ErrorResponse>>(headers?: MaybeRefOrGetter<StreamEventsHeaders>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof streamEvents>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getStreamEventsQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof streamEvents>>> = ({ signal }) => streamEvents(headers, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof streamEvents>>, TError, TData>
}

export type StreamEventsQueryResult = NonNullable<Awaited<ReturnType<typeof streamEvents>>>
export type StreamEventsQueryError = ErrorType<ErrorResponse>


/**
 * @summary Stream Events
 */

export function useStreamEvents<TData = Awaited<ReturnType<typeof streamEvents>>, TError = ErrorType<ErrorResponse>>(
 headers?: MaybeRefOrGetter<StreamEventsHeaders>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof streamEvents>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getStreamEventsQueryOptions(headers,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






