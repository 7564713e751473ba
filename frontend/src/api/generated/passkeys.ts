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
  DataDictStrAny,
  DataListPasskeyResponse,
  DataPasskeyResponse,
  DataUserResponse,
  ErrorResponse,
  PasskeyCredentialRequest,
  PasskeyPatch,
  PasskeyRequest
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * List the caller's passkeys, oldest first.
 * @summary List Passkeys
 */
export const listPasskeys = (

 signal?: AbortSignal
) => {


      return request<DataListPasskeyResponse>(
      {url: `/api/auth/passkeys`, method: 'GET', signal
    },
      );
    }




export const getListPasskeysQueryKey = () => {
    return [
    'api','auth','passkeys'
    ] as const;
    }


export const getListPasskeysQueryOptions = <TData = Awaited<ReturnType<typeof listPasskeys>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listPasskeys>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getListPasskeysQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof listPasskeys>>> = ({ signal }) => listPasskeys(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof listPasskeys>>, TError, TData>
}

export type ListPasskeysQueryResult = NonNullable<Awaited<ReturnType<typeof listPasskeys>>>
export type ListPasskeysQueryError = ErrorType<ErrorResponse>


/**
 * @summary List Passkeys
 */

export function useListPasskeys<TData = Awaited<ReturnType<typeof listPasskeys>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof listPasskeys>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getListPasskeysQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Add a passkey that the browser has created.
 * @summary Add Passkey
 */
export const addPasskey = (
    passkeyRequest: MaybeRefOrGetter<PasskeyRequest>,
 signal?: AbortSignal
) => {
      passkeyRequest = toValue(passkeyRequest);

      return request<DataPasskeyResponse>(
      {url: `/api/auth/passkeys`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: passkeyRequest, signal
    },
      );
    }




export const getAddPasskeyMutationKey = () => ['addPasskey'] as const;

export const getAddPasskeyMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof addPasskey>>, TError,AddPasskeyMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof addPasskey>>, TError,AddPasskeyMutationVariables, TContext> => {

const mutationKey = getAddPasskeyMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof addPasskey>>, AddPasskeyMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  addPasskey(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type AddPasskeyMutationResult = NonNullable<Awaited<ReturnType<typeof addPasskey>>>
    export type AddPasskeyMutationBody = PasskeyRequest
    export type AddPasskeyMutationError = ErrorType<ErrorResponse>
    export type AddPasskeyMutationVariables = {data: PasskeyRequest}

    /**
 * @summary Add Passkey
 */
export const useAddPasskey = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof addPasskey>>, TError,AddPasskeyMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof addPasskey>>,
        TError,
        AddPasskeyMutationVariables,
        TContext
      > => {
      return useMutation(getAddPasskeyMutationOptions(options), queryClient);
    }
    /**
 * Sign in with a passkey alone. It counts as both factors.
 * @summary Sign In With Passkey
 */
export const signInWithPasskey = (
    passkeyCredentialRequest: MaybeRefOrGetter<PasskeyCredentialRequest>,
 signal?: AbortSignal
) => {
      passkeyCredentialRequest = toValue(passkeyCredentialRequest);

      return request<DataUserResponse>(
      {url: `/api/auth/passkeys/authentication`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: passkeyCredentialRequest, signal
    },
      );
    }




export const getSignInWithPasskeyMutationKey = () => ['signInWithPasskey'] as const;

export const getSignInWithPasskeyMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof signInWithPasskey>>, TError,SignInWithPasskeyMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof signInWithPasskey>>, TError,SignInWithPasskeyMutationVariables, TContext> => {

const mutationKey = getSignInWithPasskeyMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof signInWithPasskey>>, SignInWithPasskeyMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  signInWithPasskey(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type SignInWithPasskeyMutationResult = NonNullable<Awaited<ReturnType<typeof signInWithPasskey>>>
    export type SignInWithPasskeyMutationBody = PasskeyCredentialRequest
    export type SignInWithPasskeyMutationError = ErrorType<ErrorResponse>
    export type SignInWithPasskeyMutationVariables = {data: PasskeyCredentialRequest}

    /**
 * @summary Sign In With Passkey
 */
export const useSignInWithPasskey = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof signInWithPasskey>>, TError,SignInWithPasskeyMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof signInWithPasskey>>,
        TError,
        SignInWithPasskeyMutationVariables,
        TContext
      > => {
      return useMutation(getSignInWithPasskeyMutationOptions(options), queryClient);
    }
    /**
 * Return the options for `navigator.credentials.get()` to sign in with, and set the cookie of this sign-in.
 *
 * Send the result to `POST /api/auth/passkeys/authentication`, or to `POST /api/auth/mfa/verify` when the sign-in was
 * answered with `MFA_REQUIRED`.
 * @summary Get Passkey Authentication Options
 */
export const getPasskeyAuthenticationOptions = (

 signal?: AbortSignal
) => {


      return request<DataDictStrAny>(
      {url: `/api/auth/passkeys/authentication-options`, method: 'POST', signal
    },
      );
    }




export const getGetPasskeyAuthenticationOptionsMutationKey = () => ['getPasskeyAuthenticationOptions'] as const;

export const getGetPasskeyAuthenticationOptionsMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof getPasskeyAuthenticationOptions>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof getPasskeyAuthenticationOptions>>, TError,void, TContext> => {

const mutationKey = getGetPasskeyAuthenticationOptionsMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof getPasskeyAuthenticationOptions>>, void> = () => {


          return  getPasskeyAuthenticationOptions()
        }






  return  { mutationFn, ...mutationOptions }}

    export type GetPasskeyAuthenticationOptionsMutationResult = NonNullable<Awaited<ReturnType<typeof getPasskeyAuthenticationOptions>>>

    export type GetPasskeyAuthenticationOptionsMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Get Passkey Authentication Options
 */
export const useGetPasskeyAuthenticationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof getPasskeyAuthenticationOptions>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof getPasskeyAuthenticationOptions>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getGetPasskeyAuthenticationOptionsMutationOptions(options), queryClient);
    }
    /**
 * Return the options for `navigator.credentials.get()` to use with `POST /api/auth/reauthenticate`.
 * @summary Get Passkey Reauthentication Options
 */
export const getPasskeyReauthenticationOptions = (

 signal?: AbortSignal
) => {


      return request<DataDictStrAny>(
      {url: `/api/auth/passkeys/reauthentication-options`, method: 'POST', signal
    },
      );
    }




export const getGetPasskeyReauthenticationOptionsMutationKey = () => ['getPasskeyReauthenticationOptions'] as const;

export const getGetPasskeyReauthenticationOptionsMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof getPasskeyReauthenticationOptions>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof getPasskeyReauthenticationOptions>>, TError,void, TContext> => {

const mutationKey = getGetPasskeyReauthenticationOptionsMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof getPasskeyReauthenticationOptions>>, void> = () => {


          return  getPasskeyReauthenticationOptions()
        }






  return  { mutationFn, ...mutationOptions }}

    export type GetPasskeyReauthenticationOptionsMutationResult = NonNullable<Awaited<ReturnType<typeof getPasskeyReauthenticationOptions>>>

    export type GetPasskeyReauthenticationOptionsMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Get Passkey Reauthentication Options
 */
export const useGetPasskeyReauthenticationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof getPasskeyReauthenticationOptions>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof getPasskeyReauthenticationOptions>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getGetPasskeyReauthenticationOptionsMutationOptions(options), queryClient);
    }
    /**
 * Return the options for `navigator.credentials.create()`. They are valid for five minutes and one attempt.
 * @summary Get Passkey Registration Options
 */
export const getPasskeyRegistrationOptions = (

 signal?: AbortSignal
) => {


      return request<DataDictStrAny>(
      {url: `/api/auth/passkeys/registration-options`, method: 'POST', signal
    },
      );
    }




export const getGetPasskeyRegistrationOptionsMutationKey = () => ['getPasskeyRegistrationOptions'] as const;

export const getGetPasskeyRegistrationOptionsMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof getPasskeyRegistrationOptions>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof getPasskeyRegistrationOptions>>, TError,void, TContext> => {

const mutationKey = getGetPasskeyRegistrationOptionsMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof getPasskeyRegistrationOptions>>, void> = () => {


          return  getPasskeyRegistrationOptions()
        }






  return  { mutationFn, ...mutationOptions }}

    export type GetPasskeyRegistrationOptionsMutationResult = NonNullable<Awaited<ReturnType<typeof getPasskeyRegistrationOptions>>>

    export type GetPasskeyRegistrationOptionsMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Get Passkey Registration Options
 */
export const useGetPasskeyRegistrationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof getPasskeyRegistrationOptions>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof getPasskeyRegistrationOptions>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getGetPasskeyRegistrationOptionsMutationOptions(options), queryClient);
    }
    /**
 * Remove a passkey.
 * @summary Remove Passkey
 */
export const removePasskey = (
    passkeyId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      passkeyId = toValue(passkeyId);

      return request<void>(
      {url: `/api/auth/passkeys/${passkeyId}`, method: 'DELETE', signal
    },
      );
    }




export const getRemovePasskeyMutationKey = () => ['removePasskey'] as const;

export const getRemovePasskeyMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof removePasskey>>, TError,RemovePasskeyMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof removePasskey>>, TError,RemovePasskeyMutationVariables, TContext> => {

const mutationKey = getRemovePasskeyMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof removePasskey>>, RemovePasskeyMutationVariables> = (props) => {
          const {passkeyId} = props ?? {};

          return  removePasskey(passkeyId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type RemovePasskeyMutationResult = NonNullable<Awaited<ReturnType<typeof removePasskey>>>

    export type RemovePasskeyMutationError = ErrorType<ErrorResponse>
    export type RemovePasskeyMutationVariables = {passkeyId: string}

    /**
 * @summary Remove Passkey
 */
export const useRemovePasskey = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof removePasskey>>, TError,RemovePasskeyMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof removePasskey>>,
        TError,
        RemovePasskeyMutationVariables,
        TContext
      > => {
      return useMutation(getRemovePasskeyMutationOptions(options), queryClient);
    }
    /**
 * Rename a passkey.
 * @summary Rename Passkey
 */
export const renamePasskey = (
    passkeyId: MaybeRefOrGetter<string>,
    passkeyPatch: MaybeRefOrGetter<PasskeyPatch>,
 signal?: AbortSignal
) => {
      passkeyId = toValue(passkeyId);
passkeyPatch = toValue(passkeyPatch);

      return request<DataPasskeyResponse>(
      {url: `/api/auth/passkeys/${passkeyId}`, method: 'PATCH',
      headers: {'Content-Type': 'application/json', },
      data: passkeyPatch, signal
    },
      );
    }




export const getRenamePasskeyMutationKey = () => ['renamePasskey'] as const;

export const getRenamePasskeyMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof renamePasskey>>, TError,RenamePasskeyMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof renamePasskey>>, TError,RenamePasskeyMutationVariables, TContext> => {

const mutationKey = getRenamePasskeyMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof renamePasskey>>, RenamePasskeyMutationVariables> = (props) => {
          const {passkeyId,data} = props ?? {};

          return  renamePasskey(passkeyId,data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type RenamePasskeyMutationResult = NonNullable<Awaited<ReturnType<typeof renamePasskey>>>
    export type RenamePasskeyMutationBody = PasskeyPatch
    export type RenamePasskeyMutationError = ErrorType<ErrorResponse>
    export type RenamePasskeyMutationVariables = {passkeyId: string;data: PasskeyPatch}

    /**
 * @summary Rename Passkey
 */
export const useRenamePasskey = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof renamePasskey>>, TError,RenamePasskeyMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof renamePasskey>>,
        TError,
        RenamePasskeyMutationVariables,
        TContext
      > => {
      return useMutation(getRenamePasskeyMutationOptions(options), queryClient);
    }
