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
  DataAcceptedResponse,
  DataSignUpStateResponse,
  DataUserResponse,
  ErrorResponse,
  PasswordForm,
  ReauthenticateRequest,
  SignInRequest,
  SignUpRequest,
  TokenResponse
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * Confirm the identity of the caller again, which sensitive changes require.
 * @summary Reauthenticate
 */
export const reauthenticate = (
    reauthenticateRequest: MaybeRefOrGetter<ReauthenticateRequest>,
 signal?: AbortSignal
) => {
      reauthenticateRequest = toValue(reauthenticateRequest);

      return request<void>(
      {url: `/api/auth/reauthenticate`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: reauthenticateRequest, signal
    },
      );
    }




export const getReauthenticateMutationKey = () => ['reauthenticate'] as const;

export const getReauthenticateMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof reauthenticate>>, TError,ReauthenticateMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof reauthenticate>>, TError,ReauthenticateMutationVariables, TContext> => {

const mutationKey = getReauthenticateMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof reauthenticate>>, ReauthenticateMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  reauthenticate(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type ReauthenticateMutationResult = NonNullable<Awaited<ReturnType<typeof reauthenticate>>>
    export type ReauthenticateMutationBody = ReauthenticateRequest
    export type ReauthenticateMutationError = ErrorType<ErrorResponse>
    export type ReauthenticateMutationVariables = {data: ReauthenticateRequest}

    /**
 * @summary Reauthenticate
 */
export const useReauthenticate = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof reauthenticate>>, TError,ReauthenticateMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof reauthenticate>>,
        TError,
        ReauthenticateMutationVariables,
        TContext
      > => {
      return useMutation(getReauthenticateMutationOptions(options), queryClient);
    }
    /**
 * Exchange the refresh cookie for new session cookies.
 * @summary Refresh Session
 */
export const refreshSession = (

 signal?: AbortSignal
) => {


      return request<DataUserResponse>(
      {url: `/api/auth/refresh`, method: 'POST', signal
    },
      );
    }




export const getRefreshSessionMutationKey = () => ['refreshSession'] as const;

export const getRefreshSessionMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof refreshSession>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof refreshSession>>, TError,void, TContext> => {

const mutationKey = getRefreshSessionMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof refreshSession>>, void> = () => {


          return  refreshSession()
        }






  return  { mutationFn, ...mutationOptions }}

    export type RefreshSessionMutationResult = NonNullable<Awaited<ReturnType<typeof refreshSession>>>

    export type RefreshSessionMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Refresh Session
 */
export const useRefreshSession = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof refreshSession>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof refreshSession>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getRefreshSessionMutationOptions(options), queryClient);
    }
    /**
 * Sign in with a password.
 *
 * With two-factor authentication the response is `MFA_REQUIRED`, and `POST /api/auth/mfa/verify` completes the
 * sign-in.
 * @summary Sign In
 */
export const signIn = (
    signInRequest: MaybeRefOrGetter<SignInRequest>,
 signal?: AbortSignal
) => {
      signInRequest = toValue(signInRequest);

      return request<DataUserResponse>(
      {url: `/api/auth/signin`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: signInRequest, signal
    },
      );
    }




export const getSignInMutationKey = () => ['signIn'] as const;

export const getSignInMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof signIn>>, TError,SignInMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof signIn>>, TError,SignInMutationVariables, TContext> => {

const mutationKey = getSignInMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof signIn>>, SignInMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  signIn(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type SignInMutationResult = NonNullable<Awaited<ReturnType<typeof signIn>>>
    export type SignInMutationBody = SignInRequest
    export type SignInMutationError = ErrorType<ErrorResponse>
    export type SignInMutationVariables = {data: SignInRequest}

    /**
 * @summary Sign In
 */
export const useSignIn = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof signIn>>, TError,SignInMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof signIn>>,
        TError,
        SignInMutationVariables,
        TContext
      > => {
      return useMutation(getSignInMutationOptions(options), queryClient);
    }
    /**
 * End the current session, if there is one.
 * @summary Sign Out
 */
export const signOut = (

 signal?: AbortSignal
) => {


      return request<void>(
      {url: `/api/auth/signout`, method: 'POST', signal
    },
      );
    }




export const getSignOutMutationKey = () => ['signOut'] as const;

export const getSignOutMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof signOut>>, TError,void, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof signOut>>, TError,void, TContext> => {

const mutationKey = getSignOutMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof signOut>>, void> = () => {


          return  signOut()
        }






  return  { mutationFn, ...mutationOptions }}

    export type SignOutMutationResult = NonNullable<Awaited<ReturnType<typeof signOut>>>

    export type SignOutMutationError = ErrorType<ErrorResponse>


    /**
 * @summary Sign Out
 */
export const useSignOut = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof signOut>>, TError,void, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof signOut>>,
        TError,
        void,
        TContext
      > => {
      return useMutation(getSignOutMutationOptions(options), queryClient);
    }
    /**
 * Return whether anyone can create an account. Otherwise an admin invites every user.
 * @summary Get Sign Up State
 */
export const getSignUpState = (

 signal?: AbortSignal
) => {


      return request<DataSignUpStateResponse>(
      {url: `/api/auth/signup`, method: 'GET', signal
    },
      );
    }




export const getGetSignUpStateQueryKey = () => {
    return [
    'api','auth','signup'
    ] as const;
    }


export const getGetSignUpStateQueryOptions = <TData = Awaited<ReturnType<typeof getSignUpState>>, TError = ErrorType<ErrorResponse>>( options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getSignUpState>>, TError, TData>>, }
) => {

const {query: queryOptions} = options ?? {};

  const queryKey =  getGetSignUpStateQueryKey();



    const queryFn: QueryFunction<Awaited<ReturnType<typeof getSignUpState>>> = ({ signal }) => getSignUpState(signal);





   return  { queryKey, queryFn, ...queryOptions} as UseQueryOptions<Awaited<ReturnType<typeof getSignUpState>>, TError, TData>
}

export type GetSignUpStateQueryResult = NonNullable<Awaited<ReturnType<typeof getSignUpState>>>
export type GetSignUpStateQueryError = ErrorType<ErrorResponse>


/**
 * @summary Get Sign Up State
 */

export function useGetSignUpState<TData = Awaited<ReturnType<typeof getSignUpState>>, TError = ErrorType<ErrorResponse>>(
  options?: { query?:Partial<UseQueryOptions<Awaited<ReturnType<typeof getSignUpState>>, TError, TData>>, }
 , queryClient?: QueryClient
 ): UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> } {

  const queryOptions = getGetSignUpStateQueryOptions(options)

  const query = useQuery(queryOptions, queryClient) as UseQueryReturnType<TData, TError> & { queryKey: DataTag<QueryKey, TData, TError> };

  query.queryKey = unref(queryOptions).queryKey as DataTag<QueryKey, TData, TError>;

  return query;
}






/**
 * Create an account and sign it in.
 * @summary Sign Up
 */
export const signUp = (
    signUpRequest: MaybeRefOrGetter<SignUpRequest>,
 signal?: AbortSignal
) => {
      signUpRequest = toValue(signUpRequest);

      return request<DataUserResponse | DataAcceptedResponse>(
      {url: `/api/auth/signup`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: signUpRequest, signal
    },
      );
    }




export const getSignUpMutationKey = () => ['signUp'] as const;

export const getSignUpMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof signUp>>, TError,SignUpMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof signUp>>, TError,SignUpMutationVariables, TContext> => {

const mutationKey = getSignUpMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof signUp>>, SignUpMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  signUp(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type SignUpMutationResult = NonNullable<Awaited<ReturnType<typeof signUp>>>
    export type SignUpMutationBody = SignUpRequest
    export type SignUpMutationError = ErrorType<ErrorResponse>
    export type SignUpMutationVariables = {data: SignUpRequest}

    /**
 * @summary Sign Up
 */
export const useSignUp = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof signUp>>, TError,SignUpMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof signUp>>,
        TError,
        SignUpMutationVariables,
        TContext
      > => {
      return useMutation(getSignUpMutationOptions(options), queryClient);
    }
    /**
 * Sign in with a form and return a bearer token, as OAuth 2 prescribes.
 * @summary Create Token
 */
export const createToken = (
    passwordForm: MaybeRefOrGetter<PasswordForm>,
 signal?: AbortSignal
) => {
      passwordForm = toValue(passwordForm);
      const formUrlEncoded = new URLSearchParams();
if(passwordForm.grant_type !== undefined) {
 formUrlEncoded.append(`grant_type`, passwordForm.grant_type);
 }
formUrlEncoded.append(`password`, passwordForm.password);
formUrlEncoded.append(`username`, passwordForm.username);

      return request<TokenResponse>(
      {url: `/api/auth/token`, method: 'POST',
      headers: {'Content-Type': 'application/x-www-form-urlencoded', },
       data: formUrlEncoded, signal
    },
      );
    }




export const getCreateTokenMutationKey = () => ['createToken'] as const;

export const getCreateTokenMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createToken>>, TError,CreateTokenMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof createToken>>, TError,CreateTokenMutationVariables, TContext> => {

const mutationKey = getCreateTokenMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof createToken>>, CreateTokenMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  createToken(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type CreateTokenMutationResult = NonNullable<Awaited<ReturnType<typeof createToken>>>
    export type CreateTokenMutationBody = PasswordForm
    export type CreateTokenMutationError = ErrorType<ErrorResponse>
    export type CreateTokenMutationVariables = {data: PasswordForm}

    /**
 * @summary Create Token
 */
export const useCreateToken = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof createToken>>, TError,CreateTokenMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof createToken>>,
        TError,
        CreateTokenMutationVariables,
        TContext
      > => {
      return useMutation(getCreateTokenMutationOptions(options), queryClient);
    }
