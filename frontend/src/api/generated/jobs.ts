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
  DataChangedJobsResponse,
  DataJobResponse,
  DataJobsOverviewResponse,
  DeadJobsRequest,
  ErrorResponse,
  ListJobsParams,
  ListingJobResponse
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List jobs, newest first.
 * @summary List Jobs
 */
export const listJobs = (
    params?: MaybeRefOrGetter<ListJobsParams>,
 signal?: AbortSignal
) => {
      params = toValue(params);

      return request<ListingJobResponse>(
      {url: `/api/jobs`, method: 'GET',
        params, signal
    },
      );
    }




export const getListJobsInfiniteQueryKey = (params?: MaybeRefOrGetter<ListJobsParams>,) => {
    return [
    'infinite', 'api','jobs', ...(params ? [params] : [])
    ] as const;
    }

export const getListJobsQueryKey = (params?: MaybeRefOrGetter<ListJobsParams>,) => {
    return [
    'api','jobs', ...(params ? [params] : [])
    ] as const;
    }


export const getListJobsInfiniteQueryOptions = <TData = InfiniteData<Awaited<ReturnType<typeof listJobs>>, ListJobsParams['cursor']>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListJobsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listJobs>>, TError, TData, QueryKey, ListJobsParams['cursor']>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListJobsInfiniteQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listJobs>>, QueryKey, ListJobsParams['cursor']> = ({ signal, pageParam }) => listJobs({...toValue(params), 'cursor': pageParam ?? toValue(params)?.['cursor']}, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseInfiniteQueryOptions<Awaited<ReturnType<typeof listJobs>>, TError, TData, QueryKey, ListJobsParams['cursor']>
}

export type ListJobsInfiniteQueryResult = NonNullable<Awaited<ReturnType<typeof listJobs>>>
export type ListJobsInfiniteQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Jobs
 */

export function useListJobsInfinite<TData = InfiniteData<Awaited<ReturnType<typeof listJobs>>, ListJobsParams['cursor']>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListJobsParams>, options?: { query?:Partial<UseInfiniteQueryOptions<Awaited<ReturnType<typeof listJobs>>, TError, TData, QueryKey, ListJobsParams['cursor']>>, }
 , queryClient?: QueryClient
 ): UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListJobsInfiniteQueryOptions(params,options)

  const query = useInfiniteQuery(queryOptions, queryClient) as UseInfiniteQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






export const getListJobsQueryOptions = <TData = Awaited<ReturnType<typeof listJobs>>, TError = ErrorType<ErrorResponse>>(params?: MaybeRefOrGetter<ListJobsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listJobs>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListJobsQueryKey(params);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listJobs>>> = ({ signal }) => listJobs(params, signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listJobs>>, TError, TData>
}

export type ListJobsQueryResult = NonNullable<Awaited<ReturnType<typeof listJobs>>>
export type ListJobsQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Jobs
 */

export function useListJobs<TData = Awaited<ReturnType<typeof listJobs>>, TError = ErrorType<ErrorResponse>>(
 params?: MaybeRefOrGetter<ListJobsParams>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listJobs>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListJobsQueryOptions(params,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Delete up to 1,000 dead jobs, the oldest first, and their history.
 * @summary Discard Dead Jobs
 */
export const discardDeadJobs = (
    deadJobsRequest: MaybeRefOrGetter<DeadJobsRequest>,
 signal?: AbortSignal
) => {
      deadJobsRequest = toValue(deadJobsRequest);

      return request<DataChangedJobsResponse>(
      {url: `/api/jobs/discard`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: deadJobsRequest, signal
    },
      );
    }




export const getDiscardDeadJobsMutationKey = () => ['discardDeadJobs'] as const;

export const getDiscardDeadJobsMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof discardDeadJobs>>, TError,DiscardDeadJobsMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof discardDeadJobs>>, TError,DiscardDeadJobsMutationVariables, TContext> => {

const mutationKey = getDiscardDeadJobsMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof discardDeadJobs>>, DiscardDeadJobsMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  discardDeadJobs(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type DiscardDeadJobsMutationResult = NonNullable<Awaited<ReturnType<typeof discardDeadJobs>>>
    export type DiscardDeadJobsMutationBody = DeadJobsRequest
    export type DiscardDeadJobsMutationError = ErrorType<ErrorResponse>
    export type DiscardDeadJobsMutationVariables = {data: DeadJobsRequest}

    /**
 * @summary Discard Dead Jobs
 */
export const useDiscardDeadJobs = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof discardDeadJobs>>, TError,DiscardDeadJobsMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof discardDeadJobs>>,
        TError,
        DiscardDeadJobsMutationVariables,
        TContext
      > => {
      return useMutation(getDiscardDeadJobsMutationOptions(options), queryClient);
    }
    /**
 * Return the tasks, the depth of each queue, and the number of jobs finished in each minute of the last hour.
 * @summary Get Jobs Overview
 */
export const getJobsOverview = (

 signal?: AbortSignal
) => {


      return request<DataJobsOverviewResponse>(
      {url: `/api/jobs/overview`, method: 'GET', signal
    },
      );
    }




export const getGetJobsOverviewQueryKey = () => {
    return [
    'api','jobs','overview'
    ] as const;
    }


export const getGetJobsOverviewQueryOptions = <TData = Awaited<ReturnType<typeof getJobsOverview>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getJobsOverview>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetJobsOverviewQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getJobsOverview>>> = ({ signal }) => getJobsOverview(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getJobsOverview>>, TError, TData>
}

export type GetJobsOverviewQueryResult = NonNullable<Awaited<ReturnType<typeof getJobsOverview>>>
export type GetJobsOverviewQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Jobs Overview
 */

export function useGetJobsOverview<TData = Awaited<ReturnType<typeof getJobsOverview>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getJobsOverview>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetJobsOverviewQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Retry up to 1,000 dead jobs, the oldest first, each with a full set of attempts.
 * @summary Retry Dead Jobs
 */
export const retryDeadJobs = (
    deadJobsRequest: MaybeRefOrGetter<DeadJobsRequest>,
 signal?: AbortSignal
) => {
      deadJobsRequest = toValue(deadJobsRequest);

      return request<DataChangedJobsResponse>(
      {url: `/api/jobs/retry`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: deadJobsRequest, signal
    },
      );
    }




export const getRetryDeadJobsMutationKey = () => ['retryDeadJobs'] as const;

export const getRetryDeadJobsMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof retryDeadJobs>>, TError,RetryDeadJobsMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof retryDeadJobs>>, TError,RetryDeadJobsMutationVariables, TContext> => {

const mutationKey = getRetryDeadJobsMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof retryDeadJobs>>, RetryDeadJobsMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  retryDeadJobs(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type RetryDeadJobsMutationResult = NonNullable<Awaited<ReturnType<typeof retryDeadJobs>>>
    export type RetryDeadJobsMutationBody = DeadJobsRequest
    export type RetryDeadJobsMutationError = ErrorType<ErrorResponse>
    export type RetryDeadJobsMutationVariables = {data: DeadJobsRequest}

    /**
 * @summary Retry Dead Jobs
 */
export const useRetryDeadJobs = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof retryDeadJobs>>, TError,RetryDeadJobsMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof retryDeadJobs>>,
        TError,
        RetryDeadJobsMutationVariables,
        TContext
      > => {
      return useMutation(getRetryDeadJobsMutationOptions(options), queryClient);
    }
    /**
 * Delete a job and its history.
 * @summary Delete Job
 */
export const deleteJob = (
    jobId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      jobId = toValue(jobId);

      return request<void>(
      {url: `/api/jobs/${jobId}`, method: 'DELETE', signal
    },
      );
    }




export const getDeleteJobMutationKey = () => ['deleteJob'] as const;

export const getDeleteJobMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deleteJob>>, TError,DeleteJobMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof deleteJob>>, TError,DeleteJobMutationVariables, TContext> => {

const mutationKey = getDeleteJobMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof deleteJob>>, DeleteJobMutationVariables> = (props) => {
          const {jobId} = props ?? {};

          return  deleteJob(jobId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type DeleteJobMutationResult = NonNullable<Awaited<ReturnType<typeof deleteJob>>>

    export type DeleteJobMutationError = ErrorType<ErrorResponse>
    export type DeleteJobMutationVariables = {jobId: string}

    /**
 * @summary Delete Job
 */
export const useDeleteJob = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof deleteJob>>, TError,DeleteJobMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof deleteJob>>,
        TError,
        DeleteJobMutationVariables,
        TContext
      > => {
      return useMutation(getDeleteJobMutationOptions(options), queryClient);
    }
    /**
 * Return a job.
 * @summary Get Job
 */
export const getJob = (
    jobId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      jobId = toValue(jobId);

      return request<DataJobResponse>(
      {url: `/api/jobs/${jobId}`, method: 'GET', signal
    },
      );
    }




export const getGetJobQueryKey = (jobId: MaybeRefOrGetter<string>,) => {
    return [
    'api','jobs',jobId
    ] as const;
    }


export const getGetJobQueryOptions = <TData = Awaited<ReturnType<typeof getJob>>, TError = ErrorType<ErrorResponse>>(jobId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getJob>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetJobQueryKey(jobId);



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getJob>>> = ({ signal }) => getJob(jobId, signal);





   return  { queryKey, queryFn, enabled: computed(() => toValue(jobId) !== null && toValue(jobId) !== undefined), ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getJob>>, TError, TData>
}

export type GetJobQueryResult = NonNullable<Awaited<ReturnType<typeof getJob>>>
export type GetJobQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Job
 */

export function useGetJob<TData = Awaited<ReturnType<typeof getJob>>, TError = ErrorType<ErrorResponse>>(
 jobId: MaybeRefOrGetter<string>, options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getJob>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetJobQueryOptions(jobId,options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Cancel an unfinished job. The result of a run in progress is discarded.
 * @summary Cancel Job
 */
export const cancelJob = (
    jobId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      jobId = toValue(jobId);

      return request<DataJobResponse>(
      {url: `/api/jobs/${jobId}/cancel`, method: 'POST', signal
    },
      );
    }




export const getCancelJobMutationKey = () => ['cancelJob'] as const;

export const getCancelJobMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof cancelJob>>, TError,CancelJobMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof cancelJob>>, TError,CancelJobMutationVariables, TContext> => {

const mutationKey = getCancelJobMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof cancelJob>>, CancelJobMutationVariables> = (props) => {
          const {jobId} = props ?? {};

          return  cancelJob(jobId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type CancelJobMutationResult = NonNullable<Awaited<ReturnType<typeof cancelJob>>>

    export type CancelJobMutationError = ErrorType<ErrorResponse>
    export type CancelJobMutationVariables = {jobId: string}

    /**
 * @summary Cancel Job
 */
export const useCancelJob = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof cancelJob>>, TError,CancelJobMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof cancelJob>>,
        TError,
        CancelJobMutationVariables,
        TContext
      > => {
      return useMutation(getCancelJobMutationOptions(options), queryClient);
    }
    /**
 * Retry a dead job with a full set of attempts.
 * @summary Retry Job
 */
export const retryJob = (
    jobId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      jobId = toValue(jobId);

      return request<DataJobResponse>(
      {url: `/api/jobs/${jobId}/retry`, method: 'POST', signal
    },
      );
    }




export const getRetryJobMutationKey = () => ['retryJob'] as const;

export const getRetryJobMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof retryJob>>, TError,RetryJobMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof retryJob>>, TError,RetryJobMutationVariables, TContext> => {

const mutationKey = getRetryJobMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof retryJob>>, RetryJobMutationVariables> = (props) => {
          const {jobId} = props ?? {};

          return  retryJob(jobId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type RetryJobMutationResult = NonNullable<Awaited<ReturnType<typeof retryJob>>>

    export type RetryJobMutationError = ErrorType<ErrorResponse>
    export type RetryJobMutationVariables = {jobId: string}

    /**
 * @summary Retry Job
 */
export const useRetryJob = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof retryJob>>, TError,RetryJobMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof retryJob>>,
        TError,
        RetryJobMutationVariables,
        TContext
      > => {
      return useMutation(getRetryJobMutationOptions(options), queryClient);
    }
