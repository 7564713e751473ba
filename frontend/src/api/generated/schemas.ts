/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
import type { Schema } from '@/forms/schema'

import type {
  AcceptInvitationRequest,
  AccountPatch,
  AccountRequest,
  ApiTokenRequest,
  ChangePasswordRequest,
  ClientErrorRequest,
  CodeRequest,
  CommentRequest,
  DeadJobsRequest,
  EmailRequest,
  InvitationRequest,
  InvitationTokenRequest,
  LinkRequest,
  NewEmailRequest,
  PasskeyCredentialRequest,
  PasskeyPatch,
  PasskeyRequest,
  PostPatch,
  PostRequest,
  ProfilePatch,
  ReauthenticateRequest,
  ReportRequest,
  ResetPasswordRequest,
  SecondFactorRequest,
  SignInRequest,
  SignUpRequest,
  TokenRequest,
} from './client'

const PATTERN_1 = /^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$/
const PATTERN_2 = /^[0-9]{3} ?[0-9]{3}$/
const PATTERN_3 = /^[^\u0000]*[^\s\u0000\u0085][^\u0000]*$/
const PATTERN_4 = /^\/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$/

export const acceptInvitationRequest: Schema<AcceptInvitationRequest> = {
  password: { type: "string", required: true, minLength: 8, maxLength: 128, format: "password" },
  token: { type: "string", required: true, minLength: 1, maxLength: 200 },
}

export const accountPatch: Schema<AccountPatch> = {
  is_active: { type: "boolean" },
  is_verified: { type: "boolean" },
  name: { type: "string", nullable: true, minLength: 1, maxLength: 100, pattern: PATTERN_1 },
  roles: { type: "array", minItems: 1, maxItems: 3, options: ["member","moderator","admin"] },
}

export const accountRequest: Schema<AccountRequest> = {
  is_active: { type: "boolean", required: true },
  is_verified: { type: "boolean", required: true },
  name: { type: "string", nullable: true, minLength: 1, maxLength: 100, pattern: PATTERN_1 },
  roles: { type: "array", required: true, minItems: 1, maxItems: 3, options: ["member","moderator","admin"] },
}

export const apiTokenRequest: Schema<ApiTokenRequest> = {
  expires_in_days: { type: "number", integer: true, required: true, minimum: 1, maximum: 365 },
  name: { type: "string", required: true, minLength: 1, maxLength: 100, pattern: PATTERN_1 },
  scopes: { type: "array", required: true, maxItems: 8, options: ["read","write","read:users","read:audit","read:jobs","write:jobs","write:posts","write:reports"] },
}

export const changePasswordRequest: Schema<ChangePasswordRequest> = {
  current_password: { type: "string", nullable: true, maxLength: 128, format: "password" },
  new_password: { type: "string", required: true, minLength: 8, maxLength: 128, format: "password" },
}

export const clientErrorRequest: Schema<ClientErrorRequest> = {
  message: { type: "string", required: true, minLength: 1, maxLength: 500 },
  page: { type: "string", maxLength: 200, default: "" },
  stack: { type: "string", maxLength: 4000, default: "" },
}

export const codeRequest: Schema<CodeRequest> = {
  code: { type: "string", required: true, pattern: PATTERN_2 },
}

export const commentRequest: Schema<CommentRequest> = {
  content: { type: "string", required: true, minLength: 1, maxLength: 5000, pattern: PATTERN_3 },
}

export const deadJobsRequest: Schema<DeadJobsRequest> = {
  ids: { type: "array", minItems: 1, maxItems: 1000 },
}

export const emailRequest: Schema<EmailRequest> = {
  email: { type: "string", required: true, maxLength: 254, format: "email" },
}

export const invitationRequest: Schema<InvitationRequest> = {
  email: { type: "string", required: true, maxLength: 254, format: "email" },
  language: { type: "string", nullable: true, options: ["en","de"] },
  name: { type: "string", nullable: true, minLength: 1, maxLength: 100, pattern: PATTERN_1 },
  roles: { type: "array", minItems: 1, maxItems: 3, default: ["member"], options: ["member","moderator","admin"] },
}

export const invitationTokenRequest: Schema<InvitationTokenRequest> = {
  token: { type: "string", required: true, minLength: 1, maxLength: 200 },
}

export const linkRequest: Schema<LinkRequest> = {
  redirect: { type: "string", maxLength: 500, default: "/account", pattern: PATTERN_4 },
}

export const newEmailRequest: Schema<NewEmailRequest> = {
  email: { type: "string", required: true, maxLength: 254, format: "email" },
}

export const passkeyCredentialRequest: Schema<PasskeyCredentialRequest> = {
}

export const passkeyPatch: Schema<PasskeyPatch> = {
  name: { type: "string", required: true, minLength: 1, maxLength: 100, pattern: PATTERN_1 },
}

export const passkeyRequest: Schema<PasskeyRequest> = {
  name: { type: "string", required: true, minLength: 1, maxLength: 100, pattern: PATTERN_1 },
}

export const postPatch: Schema<PostPatch> = {
  content: { type: "string", minLength: 1, maxLength: 50000 },
  published: { type: "boolean" },
  subtitle: { type: "string", nullable: true, minLength: 1, maxLength: 300, pattern: PATTERN_1 },
  title: { type: "string", minLength: 1, maxLength: 200, pattern: PATTERN_1 },
}

export const postRequest: Schema<PostRequest> = {
  content: { type: "string", required: true, minLength: 1, maxLength: 50000 },
  published: { type: "boolean", default: false },
  subtitle: { type: "string", nullable: true, minLength: 1, maxLength: 300, pattern: PATTERN_1 },
  title: { type: "string", required: true, minLength: 1, maxLength: 200, pattern: PATTERN_1 },
}

export const profilePatch: Schema<ProfilePatch> = {
  language: { type: "string", nullable: true, options: ["en","de"] },
  name: { type: "string", nullable: true, minLength: 1, maxLength: 100, pattern: PATTERN_1 },
}

export const reauthenticateRequest: Schema<ReauthenticateRequest> = {
  code: { type: "string", pattern: PATTERN_2 },
  password: { type: "string", maxLength: 128, format: "password" },
}

export const reportRequest: Schema<ReportRequest> = {
  kind: { type: "string", required: true, options: ["activity"] },
}

export const resetPasswordRequest: Schema<ResetPasswordRequest> = {
  password: { type: "string", required: true, minLength: 8, maxLength: 128, format: "password" },
  token: { type: "string", required: true, minLength: 1, maxLength: 200 },
}

export const secondFactorRequest: Schema<SecondFactorRequest> = {
  code: { type: "string", pattern: PATTERN_2 },
  recovery_code: { type: "string", maxLength: 100 },
}

export const signInRequest: Schema<SignInRequest> = {
  email: { type: "string", required: true, maxLength: 254, format: "email" },
  password: { type: "string", required: true, maxLength: 128, format: "password" },
}

export const signUpRequest: Schema<SignUpRequest> = {
  email: { type: "string", required: true, maxLength: 254, format: "email" },
  name: { type: "string", nullable: true, minLength: 1, maxLength: 100, pattern: PATTERN_1 },
  password: { type: "string", required: true, minLength: 8, maxLength: 128, format: "password" },
}

export const tokenRequest: Schema<TokenRequest> = {
  only_as_holder: { type: "boolean", default: false },
  password: { type: "string", nullable: true, maxLength: 128, format: "password" },
  token: { type: "string", required: true, minLength: 1, maxLength: 200 },
}
