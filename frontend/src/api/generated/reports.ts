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
  DataReportResponse,
  ErrorResponse,
  ListReportsParams,
  ListingReportResponse,
  ReportRequest,
  RequestReportHeaders
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List the caller's reports, newest first.
 * @summary List Reports
 */
export const listReports = (
    params?: MaybeRefOrGetter<ListReportsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<ListingReportResponse>(
      {url: `/api/reports`, method: 'GET',
        params, signal
    },
      );
    }




export const getListReportsInfiniteQueryKey = (params?: MaybeRefOrGetter<ListReportsParams>,) => {
    return [
    'infinite', 'api','reports', ...(params ? [params] : [])
    ] as const;
    }

export const getListReportsQueryKey = (params?: MaybeRefOrGetter<ListReportsParams>,) => {
    return [
    'api','reports', ...(params ? [params] : [])
    ] as const;
    }


export const getListReportsInfiniteQueryOptions = <TData = InfiniteData<Awaited<ReturnType<typeof listReports>>, ListReportsParams['cursor']>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListReportsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listReports>>, TError, TData, QueryKey, ListReportsParams['cursor']>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListReportsInfiniteQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listReports>>, QueryKey, ListReportsParams['cursor']> = ({ signal, pageParam }) => listReports({...toValue(params), 'cursor': pageParam ?? toValue(params)?.['cursor']}, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseInfiniteQueryOptions<Awaited<ReturnType<typeof listReports>>, TError, TData, QueryKey, ListReportsParams['cursor']>
}

export type ListReportsInfiniteQueryResult = NonNullable<Awaited<ReturnType<typeof listReports>>>
export type ListReportsInfiniteQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Reports
 */

export function useListReportsInfinite<TData = InfiniteData<Awaited<ReturnType<typeof listReports>>, ListReportsParams['cursor']>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListReportsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listReports>>, TError, TData, QueryKey, ListReportsParams['cursor']>>, }
 , queryClient?: QueryClient
 ): UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListReportsInfiniteQueryOptions(params,options)

  const query = useInfiniteQuery(queryOptions, queryClient) as UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






export const getListReportsQueryOptions = <TData = Awaited<ReturnType<typeof listReports>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListReportsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listReports>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListReportsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listReports>>> = ({ signal }) => listReports(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listReports>>, TError, TData>
}

export type ListReportsQueryResult = NonNullable<Awaited<ReturnType<typeof listReports>>>
export type ListReportsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Reports
 */

export function useListReports<TData = Awaited<ReturnType<typeof listReports>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListReportsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listReports>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListReportsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Request a report, which a background job creates. An unfinished report of the same kind is returned instead.
 * @summary Request Report
 */
export const requestReport = (
    reportRequest: MaybeRefOrGetter<ReportRequest>,
    headers?: MaybeRefOrGetter<RequestReportHeaders>,
 signal?: AbortSignal
) => {
      reportRequest = toValue(reportRequest);
headers = toValue(headers);

      return request<DataReportResponse>(
      {url: `/api/reports`, method: 'POST',
      headers: {'Content-Type': 'application/json', ...headers},
      data: reportRequest, signal
    },
      );
    }




export const getRequestReportMutationKey = () => ['requestReport'] as const;

export const getRequestReportMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof requestReport>>, TError,RequestReportMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof requestReport>>, TError,RequestReportMutationVariables, TContext> => {

const mutationKey = getRequestReportMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof requestReport>>, RequestReportMutationVariables> = (props) => {
          const {data,headers} = props ?? {};

          return  requestReport(data,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type RequestReportMutationResult = NonNullable<Awaited<ReturnType<typeof requestReport>>>
    export type RequestReportMutationBody = ReportRequest
    export type RequestReportMutationError = ErrorType<ErrorResponse>
    export type RequestReportMutationVariables = {data: ReportRequest;headers?: RequestReportHeaders}

    /**
 * @summary Request Report
 */
export const useRequestReport = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof requestReport>>, TError,RequestReportMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof requestReport>>,
        TError,
        RequestReportMutationVariables,
        TContext
      > => {
      return useMutation(getRequestReportMutationOptions(options), queryClient);
    }
    /**
 * Return a report and its progress.
 * @summary Get Report
 */
export const getReport = (
    reportId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      reportId = toValue(reportId);

      return request<DataReportResponse>(
      {url: `/api/reports/${reportId}`, method: 'GET', signal
    },
      );
    }




export const getGetReportQueryKey = (reportId: MaybeRefOrGetter<string>,) => {
    return [
    'api','reports',reportId
    ] as const;
    }


export const getGetReportQueryOptions = <TData = Awaited<ReturnType<typeof getReport>>, TError = ErrorType<ErrorResponse>>(reportId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getReport>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetReportQueryKey(reportId);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getReport>>> = ({ signal }) => getReport(reportId, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(reportId) !== null && toValue(reportId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getReport>>, TError, TData>
}

export type GetReportQueryResult = NonNullable<Awaited<ReturnType<typeof getReport>>>
export type GetReportQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Report
 */

export function useGetReport<TData = Awaited<ReturnType<typeof getReport>>, TError = ErrorType<ErrorResponse>>(
 reportId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getReport>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetReportQueryOptions(reportId,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Download the document of a report.
 * @summary Download Report
 */
export const downloadReport = (
    reportId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      reportId = toValue(reportId);

      return request<Blob>(
      {url: `/api/reports/${reportId}/download`, method: 'GET',
        responseType: 'blob', signal
    },
      );
    }




export const getDownloadReportQueryKey = (reportId: MaybeRefOrGetter<string>,) => {
    return [
    'api','reports',reportId,'download'
    ] as const;
    }


export const getDownloadReportQueryOptions = <TData = Awaited<ReturnType<typeof downloadReport>>, TError = ErrorType<ErrorResponse>>(reportId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof downloadReport>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getDownloadReportQueryKey(reportId);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof downloadReport>>> = ({ signal }) => downloadReport(reportId, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(reportId) !== null && toValue(reportId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof downloadReport>>, TError, TData>
}

export type DownloadReportQueryResult = NonNullable<Awaited<ReturnType<typeof downloadReport>>>
export type DownloadReportQueryError = ErrorType<ErrorResponse>


/**
 * @summary Download Report
 */

export function useDownloadReport<TData = Awaited<ReturnType<typeof downloadReport>>, TError = ErrorType<ErrorResponse>>(
 reportId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof downloadReport>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getDownloadReportQueryOptions(reportId,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






