/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
import {
  useMutation
} from '@tanstack/vue-query';
import type {
  MutationFunction,
  QueryClient,
  UseMutationOptions,
  UseMutationReturnType
} from '@tanstack/vue-query';

import {
  toValue
} from 'vue';
import type {
  MaybeRefOrGetter
} from 'vue';

import type {
  AcceptInvitationRequest,
  DataAccountResponse,
  DataInvitationResponse,
  DataUserResponse,
  ErrorResponse,
  InvitationRequest,
  InvitationTokenRequest,
  InviteUserHeaders
} from './client.schemas';

import { request } from '../apiClient';
import type { ErrorType } from '../apiClient';





/**
 * Set the password of an invited account with the token from the email, and sign its user in.
 * @summary Accept Invitation
 */
export const acceptInvitation = (
    acceptInvitationRequest: MaybeRefOrGetter<AcceptInvitationRequest>,
 signal?: AbortSignal
) => {
      acceptInvitationRequest = toValue(acceptInvitationRequest);

      return request<DataUserResponse>(
      {url: `/api/auth/accept-invitation`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: acceptInvitationRequest, signal
    },
      );
    }




export const getAcceptInvitationMutationKey = () => ['acceptInvitation'] as const;

export const getAcceptInvitationMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof acceptInvitation>>, TError,AcceptInvitationMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof acceptInvitation>>, TError,AcceptInvitationMutationVariables, TContext> => {

const mutationKey = getAcceptInvitationMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof acceptInvitation>>, AcceptInvitationMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  acceptInvitation(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type AcceptInvitationMutationResult = NonNullable<Awaited<ReturnType<typeof acceptInvitation>>>
    export type AcceptInvitationMutationBody = AcceptInvitationRequest
    export type AcceptInvitationMutationError = ErrorType<ErrorResponse>
    export type AcceptInvitationMutationVariables = {data: AcceptInvitationRequest}

    /**
 * @summary Accept Invitation
 */
export const useAcceptInvitation = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof acceptInvitation>>, TError,AcceptInvitationMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof acceptInvitation>>,
        TError,
        AcceptInvitationMutationVariables,
        TContext
      > => {
      return useMutation(getAcceptInvitationMutationOptions(options), queryClient);
    }
    /**
 * Return the invitation that the token from an email belongs to. A POST, so that no log contains the token.
 * @summary Get Invitation
 */
export const getInvitation = (
    invitationTokenRequest: MaybeRefOrGetter<InvitationTokenRequest>,
 signal?: AbortSignal
) => {
      invitationTokenRequest = toValue(invitationTokenRequest);

      return request<DataInvitationResponse>(
      {url: `/api/auth/invitation`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: invitationTokenRequest, signal
    },
      );
    }




export const getGetInvitationMutationKey = () => ['getInvitation'] as const;

export const getGetInvitationMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof getInvitation>>, TError,GetInvitationMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof getInvitation>>, TError,GetInvitationMutationVariables, TContext> => {

const mutationKey = getGetInvitationMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof getInvitation>>, GetInvitationMutationVariables> = (props) => {
          const {data} = props ?? {};

          return  getInvitation(data,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type GetInvitationMutationResult = NonNullable<Awaited<ReturnType<typeof getInvitation>>>
    export type GetInvitationMutationBody = InvitationTokenRequest
    export type GetInvitationMutationError = ErrorType<ErrorResponse>
    export type GetInvitationMutationVariables = {data: InvitationTokenRequest}

    /**
 * @summary Get Invitation
 */
export const useGetInvitation = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof getInvitation>>, TError,GetInvitationMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof getInvitation>>,
        TError,
        GetInvitationMutationVariables,
        TContext
      > => {
      return useMutation(getGetInvitationMutationOptions(options), queryClient);
    }
    /**
 * Create an account and email its user a link to set the password, which expires after seven days.
 *
 * The roles cannot grant permissions that the caller does not hold.
 * @summary Invite User
 */
export const inviteUser = (
    invitationRequest: MaybeRefOrGetter<InvitationRequest>,
    headers?: MaybeRefOrGetter<InviteUserHeaders>,
 signal?: AbortSignal
) => {
      invitationRequest = toValue(invitationRequest);
headers = toValue(headers);

      return request<DataAccountResponse>(
      {url: `/api/users`, method: 'POST',
      headers: {'Content-Type': 'application/json', ...headers},
      data: invitationRequest, signal
    },
      );
    }




export const getInviteUserMutationKey = () => ['inviteUser'] as const;

export const getInviteUserMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof inviteUser>>, TError,InviteUserMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof inviteUser>>, TError,InviteUserMutationVariables, TContext> => {

const mutationKey = getInviteUserMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof inviteUser>>, InviteUserMutationVariables> = (props) => {
          const {data,headers} = props ?? {};

          return  inviteUser(data,headers,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type InviteUserMutationResult = NonNullable<Awaited<ReturnType<typeof inviteUser>>>
    export type InviteUserMutationBody = InvitationRequest
    export type InviteUserMutationError = ErrorType<ErrorResponse>
    export type InviteUserMutationVariables = {data: InvitationRequest;headers?: InviteUserHeaders}

    /**
 * @summary Invite User
 */
export const useInviteUser = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof inviteUser>>, TError,InviteUserMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof inviteUser>>,
        TError,
        InviteUserMutationVariables,
        TContext
      > => {
      return useMutation(getInviteUserMutationOptions(options), queryClient);
    }
    /**
 * Delete an account whose user has not accepted yet. The link stops working.
 * @summary Withdraw Invitation
 */
export const withdrawInvitation = (
    userId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);

      return request<void>(
      {url: `/api/users/${userId}/invitation`, method: 'DELETE', signal
    },
      );
    }




export const getWithdrawInvitationMutationKey = () => ['withdrawInvitation'] as const;

export const getWithdrawInvitationMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof withdrawInvitation>>, TError,WithdrawInvitationMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof withdrawInvitation>>, TError,WithdrawInvitationMutationVariables, TContext> => {

const mutationKey = getWithdrawInvitationMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof withdrawInvitation>>, WithdrawInvitationMutationVariables> = (props) => {
          const {userId} = props ?? {};

          return  withdrawInvitation(userId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type WithdrawInvitationMutationResult = NonNullable<Awaited<ReturnType<typeof withdrawInvitation>>>

    export type WithdrawInvitationMutationError = ErrorType<ErrorResponse>
    export type WithdrawInvitationMutationVariables = {userId: string}

    /**
 * @summary Withdraw Invitation
 */
export const useWithdrawInvitation = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof withdrawInvitation>>, TError,WithdrawInvitationMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof withdrawInvitation>>,
        TError,
        WithdrawInvitationMutationVariables,
        TContext
      > => {
      return useMutation(getWithdrawInvitationMutationOptions(options), queryClient);
    }
    /**
 * Email the invitation again. The previous link stops working, and the new one lasts seven days.
 * @summary Resend Invitation
 */
export const resendInvitation = (
    userId: MaybeRefOrGetter<string>,
 signal?: AbortSignal
) => {
      userId = toValue(userId);

      return request<DataAccountResponse>(
      {url: `/api/users/${userId}/invitation`, method: 'POST', signal
    },
      );
    }




export const getResendInvitationMutationKey = () => ['resendInvitation'] as const;

export const getResendInvitationMutationOptions = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof resendInvitation>>, TError,ResendInvitationMutationVariables, TContext>, }
): UseMutationOptions<Awaited<ReturnType<typeof resendInvitation>>, TError,ResendInvitationMutationVariables, TContext> => {

const mutationKey = getResendInvitationMutationKey();
const {mutation: mutationOptions} = options ?
      options.mutation && 'mutationKey' in options.mutation && options.mutation.mutationKey ?
      options
      : {...options, mutation: {...options.mutation, mutationKey}}
      : {mutation: { mutationKey, }};




      const mutationFn: MutationFunction<Awaited<ReturnType<typeof resendInvitation>>, ResendInvitationMutationVariables> = (props) => {
          const {userId} = props ?? {};

          return  resendInvitation(userId,)
        }






  return  { mutationFn, ...mutationOptions }}

    export type ResendInvitationMutationResult = NonNullable<Awaited<ReturnType<typeof resendInvitation>>>

    export type ResendInvitationMutationError = ErrorType<ErrorResponse>
    export type ResendInvitationMutationVariables = {userId: string}

    /**
 * @summary Resend Invitation
 */
export const useResendInvitation = <TError = ErrorType<ErrorResponse>,
    TContext = unknown>(options?: { mutation?:UseMutationOptions<Awaited<ReturnType<typeof resendInvitation>>, TError,ResendInvitationMutationVariables, TContext>, }
 , queryClient?: QueryClient): UseMutationReturnType<
        Awaited<ReturnType<typeof resendInvitation>>,
        TError,
        ResendInvitationMutationVariables,
        TContext
      > => {
      return useMutation(getResendInvitationMutationOptions(options), queryClient);
    }
