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
  CodeRequest,
  DataEnrollmentResponse,
  DataMfaStatusResponse,
  DataRecoveryCodesResponse,
  DataUserResponse,
  ErrorResponse,
  SecondFactorRequest
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * Return the second factors of the caller.
 * @summary Get Mfa Status
 */
export const getMfaStatus = (

 signal?: AbortSignal
) => {


      return request<DataMfaStatusResponse>(
      {url: `/api/auth/mfa`, method: 'GET', signal
    },
      );
    }




export const getGetMfaStatusQueryKey = () => {
    return [
    'api','auth','mfa'
    ] as const;
    }


export const getGetMfaStatusQueryOptions = <TData = Awaited<ReturnType<typeof getMfaStatus>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getMfaStatus>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetMfaStatusQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getMfaStatus>>> = ({ signal }) => getMfaStatus(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getMfaStatus>>, TError, TData>
}

export type GetMfaStatusQueryResult = NonNullable<Awaited<ReturnType<typeof getMfaStatus>>>
export type GetMfaStatusQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Mfa Status
 */

export function useGetMfaStatus<TData = Awaited<ReturnType<typeof getMfaStatus>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getMfaStatus>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetMfaStatusQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Turn on two-factor authentication and return the recovery codes. They are shown only once.
 * @summary Confirm Totp
 */
export const confirmTotp = (
    codeRequest: MaybeRefOrGetter<CodeRequest>,
 signal?: AbortSignal
) => {
      codeRequest = toValue(codeRequest);

      return request<DataRecoveryCodesResponse>(
      {url: `/api/auth/mfa/confirm`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: codeRequest, signal
    },
      );
    }




export const getConfirmTotpMutationKey = () => ['confirmTotp'] as const;

export const getConfirmTotpMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof confirmTotp>>, TError,ConfirmTotpMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof confirmTotp>>, TError,ConfirmTotpMutationVariables, TContext> => {

const mutationKey = getConfirmTotpMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof confirmTotp>>, ConfirmTotpMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  confirmTotp(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type ConfirmTotpMutationResult = NonNullable<Awaited<ReturnType<typeof confirmTotp>>>
    export type ConfirmTotpMutationBody = CodeRequest
    export type ConfirmTotpMutationError = ErrorType<ErrorResponse>
    export type ConfirmTotpMutationVariables = {data: CodeRequest}

    /**
 * @summary Confirm Totp
 */
export const useConfirmTotp = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof confirmTotp>>, TError,ConfirmTotpMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof confirmTotp>>,
        TError,
        ConfirmTotpMutationVariables,
        TContext
      > => {
      return useMutation(getConfirmTotpMutationOptions(options), queryClient);
    }
    /**
 * Turn off two-factor authentication. Passkeys remain.
 * @summary Disable Mfa
 */
export const disableMfa = (

 signal?: AbortSignal
) => {


      return request<void>(
      {url: `/api/auth/mfa/disable`, method: 'POST', signal
    },
      );
    }




export const getDisableMfaMutationKey = () => ['disableMfa'] as const;

export const getDisableMfaMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof disableMfa>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof disableMfa>>, TError,void, TContext> => {

const mutationKey = getDisableMfaMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof disableMfa>>, void> = () => {


          return  disableMfa()
        }






  return  { mutationFn, ...mutationOptions }}

    export type DisableMfaMutationResult = NonNullable<Awaited<ReturnType<typeof disableMfa>>>

    export type DisableMfaMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Disable Mfa
 */
export const useDisableMfa = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof disableMfa>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof disableMfa>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getDisableMfaMutationOptions(options), queryClient);
    }
    /**
 * Return a secret for an authenticator app. `POST /api/auth/mfa/confirm` with a code activates it.
 * @summary Enroll Totp
 */
export const enrollTotp = (

 signal?: AbortSignal
) => {


      return request<DataEnrollmentResponse>(
      {url: `/api/auth/mfa/enroll`, method: 'POST', signal
    },
      );
    }




export const getEnrollTotpMutationKey = () => ['enrollTotp'] as const;

export const getEnrollTotpMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof enrollTotp>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof enrollTotp>>, TError,void, TContext> => {

const mutationKey = getEnrollTotpMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof enrollTotp>>, void> = () => {


          return  enrollTotp()
        }






  return  { mutationFn, ...mutationOptions }}

    export type EnrollTotpMutationResult = NonNullable<Awaited<ReturnType<typeof enrollTotp>>>

    export type EnrollTotpMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Enroll Totp
 */
export const useEnrollTotp = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof enrollTotp>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof enrollTotp>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getEnrollTotpMutationOptions(options), queryClient);
    }
    /**
 * Replace the recovery codes and return the new ones. They are shown only once; the old codes stop working.
 * @summary Replace Recovery Codes
 */
export const replaceRecoveryCodes = (

 signal?: AbortSignal
) => {


      return request<DataRecoveryCodesResponse>(
      {url: `/api/auth/mfa/recovery-codes`, method: 'POST', signal
    },
      );
    }




export const getReplaceRecoveryCodesMutationKey = () => ['replaceRecoveryCodes'] as const;

export const getReplaceRecoveryCodesMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof replaceRecoveryCodes>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof replaceRecoveryCodes>>, TError,void, TContext> => {

const mutationKey = getReplaceRecoveryCodesMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof replaceRecoveryCodes>>, void> = () => {


          return  replaceRecoveryCodes()
        }






  return  { mutationFn, ...mutationOptions }}

    export type ReplaceRecoveryCodesMutationResult = NonNullable<Awaited<ReturnType<typeof replaceRecoveryCodes>>>

    export type ReplaceRecoveryCodesMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Replace Recovery Codes
 */
export const useReplaceRecoveryCodes = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof replaceRecoveryCodes>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof replaceRecoveryCodes>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getReplaceRecoveryCodesMutationOptions(options), queryClient);
    }
    /**
 * Complete a sign-in that was answered with `MFA_REQUIRED`.
 * @summary Verify Second Factor
 */
export const verifySecondFactor = (
    secondFactorRequest: MaybeRefOrGetter<SecondFactorRequest>,
 signal?: AbortSignal
) => {
      secondFactorRequest = toValue(secondFactorRequest);

      return request<DataUserResponse>(
      {url: `/api/auth/mfa/verify`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: secondFactorRequest, signal
    },
      );
    }




export const getVerifySecondFactorMutationKey = () => ['verifySecondFactor'] as const;

export const getVerifySecondFactorMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof verifySecondFactor>>, TError,VerifySecondFactorMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof verifySecondFactor>>, TError,VerifySecondFactorMutationVariables, TContext> => {

const mutationKey = getVerifySecondFactorMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof verifySecondFactor>>, VerifySecondFactorMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  verifySecondFactor(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type VerifySecondFactorMutationResult = NonNullable<Awaited<ReturnType<typeof verifySecondFactor>>>
    export type VerifySecondFactorMutationBody = SecondFactorRequest
    export type VerifySecondFactorMutationError = ErrorType<ErrorResponse>
    export type VerifySecondFactorMutationVariables = {data: SecondFactorRequest}

    /**
 * @summary Verify Second Factor
 */
export const useVerifySecondFactor = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof verifySecondFactor>>, TError,VerifySecondFactorMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof verifySecondFactor>>,
        TError,
        VerifySecondFactorMutationVariables,
        TContext
      > => {
      return useMutation(getVerifySecondFactorMutationOptions(options), queryClient);
    }
