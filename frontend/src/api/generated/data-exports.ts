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
  DataDataExportResponse,
  ErrorResponse,
  RequestDataExportHeaders
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * Return the state of the caller's data export.
 * @summary Get Data Export
 */
export const getDataExport = (

 signal?: AbortSignal
) => {


      return request<DataDataExportResponse>(
      {url: `/api/users/me/data-export`, method: 'GET', signal
    },
      );
    }




export const getGetDataExportQueryKey = () => {
    return [
    'api','users','me','data-export'
    ] as const;
    }


export const getGetDataExportQueryOptions = <TData = Awaited<ReturnType<typeof getDataExport>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getDataExport>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetDataExportQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getDataExport>>> = ({ signal }) => getDataExport(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getDataExport>>, TError, TData>
}

export type GetDataExportQueryResult = NonNullable<Awaited<ReturnType<typeof getDataExport>>>
export type GetDataExportQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Data Export
 */

export function useGetDataExport<TData = Awaited<ReturnType<typeof getDataExport>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getDataExport>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetDataExportQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Request a copy of the caller's data, which a background job writes. An unfinished one is returned instead.
 * @summary Request Data Export
 */
export const requestDataExport = (
    headers?: MaybeRefOrGetter<RequestDataExportHeaders>,
 signal?: AbortSignal
) => {
      headers = toValue(headers);

      return request<DataDataExportResponse>(
      {url: `/api/users/me/data-export`, method: 'POST',
      headers, signal
    },
      );
    }




export const getRequestDataExportMutationKey = () => ['requestDataExport'] as const;

export const getRequestDataExportMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof requestDataExport>>, TError,RequestDataExportMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof requestDataExport>>, TError,RequestDataExportMutationVariables, TContext> => {

const mutationKey = getRequestDataExportMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof requestDataExport>>, RequestDataExportMutationVariables> = (props) => {
          const {headers} = props ?? {};

          return  requestDataExport(headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type RequestDataExportMutationResult = NonNullable<Awaited<ReturnType<typeof requestDataExport>>>

    export type RequestDataExportMutationError = ErrorType<ErrorResponse>
    export type RequestDataExportMutationVariables = {headers?: RequestDataExportHeaders}

    /**
 * @summary Request Data Export
 */
export const useRequestDataExport = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof requestDataExport>>, TError,RequestDataExportMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof requestDataExport>>,
        TError,
        RequestDataExportMutationVariables,
        TContext
      > => {
      return useMutation(getRequestDataExportMutationOptions(options), queryClient);
    }
    /**
 * Check that the download is allowed. A page asks first, because the download itself can show no dialog.
 * @summary Check Data Export
 */
export const checkDataExport = (

 signal?: AbortSignal
) => {


      return request<void>(
      {url: `/api/users/me/data-export/access`, method: 'GET', signal
    },
      );
    }




export const getCheckDataExportQueryKey = () => {
    return [
    'api','users','me','data-export','access'
    ] as const;
    }


export const getCheckDataExportQueryOptions = <TData = Awaited<ReturnType<typeof checkDataExport>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof checkDataExport>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getCheckDataExportQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof checkDataExport>>> = ({ signal }) => checkDataExport(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof checkDataExport>>, TError, TData>
}

export type CheckDataExportQueryResult = NonNullable<Awaited<ReturnType<typeof checkDataExport>>>
export type CheckDataExportQueryError = ErrorType<ErrorResponse>


/**
 * @summary Check Data Export
 */

export function useCheckDataExport<TData = Awaited<ReturnType<typeof checkDataExport>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof checkDataExport>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getCheckDataExportQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Download the ZIP: one JSON file for each subject, and the caller's files.
 * @summary Download Data Export
 */
export const downloadDataExport = (

 signal?: AbortSignal
) => {


      return request<Blob>(
      {url: `/api/users/me/data-export/download`, method: 'GET',
        responseType: 'blob', signal
    },
      );
    }




export const getDownloadDataExportQueryKey = () => {
    return [
    'api','users','me','data-export','download'
    ] as const;
    }


export const getDownloadDataExportQueryOptions = <TData = Awaited<ReturnType<typeof downloadDataExport>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof downloadDataExport>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getDownloadDataExportQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof downloadDataExport>>> = ({ signal }) => downloadDataExport(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof downloadDataExport>>, TError, TData>
}

export type DownloadDataExportQueryResult = NonNullable<Awaited<ReturnType<typeof downloadDataExport>>>
export type DownloadDataExportQueryError = ErrorType<ErrorResponse>


/**
 * @summary Download Data Export
 */

export function useDownloadDataExport<TData = Awaited<ReturnType<typeof downloadDataExport>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof downloadDataExport>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getDownloadDataExportQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






