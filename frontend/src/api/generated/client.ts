/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
import { request } from '../apiClient';
/**
 * What will happen, or not: the answer does not tell.
 */
export interface AcceptedResponse {
  message: string;
}

/**
 * A named set of permissions, stored with the user.
 */
export type Role = typeof Role[keyof typeof Role];


export const Role = {
  member: 'member',
  moderator: 'moderator',
  admin: 'admin',
} as const;

/**
 * Some of what an administrator decides about an account; what is left out stays as it is.
 */
export interface AccountPatch {
  is_active?: boolean;
  is_verified?: boolean;
  name?: string | null;
  /**
     * @minItems 1
     * @maxItems 3
     */
  roles?: Role[];
}

/**
 * Everything about an account that an administrator decides.
 */
export interface AccountRequest {
  is_active: boolean;
  is_verified: boolean;
  name?: string | null;
  /**
     * @minItems 1
     * @maxItems 3
     */
  roles: Role[];
}

/**
 * One thing that an actor may do beyond what everyone may do with their own data.
 */
export type Permission = typeof Permission[keyof typeof Permission];


export const Permission = {
  'read:users': 'read:users',
  'write:users': 'write:users',
  'read:audit': 'read:audit',
  'read:jobs': 'read:jobs',
  'write:jobs': 'write:jobs',
  'write:posts': 'write:posts',
  'write:reports': 'write:reports',
} as const;

/**
 * An account as administrators see it.
 */
export interface AccountResponse {
  created_at: string;
  email: string;
  id: string;
  is_active: boolean;
  is_verified: boolean;
  name: string | null;
  permissions: Permission[];
  roles: Role[];
  /** Counts administrators' changes; also sent as `ETag`. */
  version: number;
}

/**
 * The orders in which accounts may be listed; each has its index. A minus means descending.
 */
export type AccountSort = typeof AccountSort[keyof typeof AccountSort];


export const AccountSort = {
  '-created_at': '-created_at',
  created_at: 'created_at',
  email: 'email',
  '-email': '-email',
} as const;

/**
 * What happened on one day, in UTC.
 */
export interface DayActivityResponse {
  /** By others, on the user's posts. */
  comments: number;
  day: string;
  posts: number;
}

/**
 * What the user wrote, and what others said about it.
 */
export interface ActivityResponse {
  comments_received: number;
  /** The last 14 days, the oldest first. */
  days: DayActivityResponse[];
  posts: number;
  published: number;
}

export type TokenScope = typeof TokenScope[keyof typeof TokenScope];


export const TokenScope = {
  read: 'read',
  write: 'write',
  'read:users': 'read:users',
  'read:audit': 'read:audit',
  'read:jobs': 'read:jobs',
  'write:jobs': 'write:jobs',
  'write:posts': 'write:posts',
  'write:reports': 'write:reports',
} as const;

/**
 * A new token.
 */
export interface ApiTokenRequest {
  /**
     * @minimum 1
     * @maximum 365
     */
  expires_in_days: number;
  /**
     * One line. Joiners and variation selectors are allowed where scripts and emoji need them.
     * @minLength 1
     * @maxLength 100
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  name: string;
  /**
     * `read` allows GET, `write` everything else, too; the others lend a permission that you hold.
     * @maxItems 8
     */
  scopes: TokenScope[];
}

/**
 * A token without the text that signs in.
 */
export interface ApiTokenResponse {
  created_at: string;
  expires_at: string;
  /** Prefix and last characters, to tell it by. */
  hint: string;
  id: string;
  /** Exact to a few minutes; null if it never was. */
  last_used_at: string | null;
  name: string;
  scopes: TokenScope[];
}

/**
 * Who wrote something, as everybody sees them.
 */
export interface AuthorResponse {
  /** Add `&size=64`, `256` or `512` for the length of a side. */
  avatar_url: string | null;
  id: string;
  name: string | null;
}

/**
 * A picture, as browsers send files.
 */
export interface AvatarForm {
  file: Blob | File;
}

/**
 * The length of a side in pixels; each is a file of its own.
 */
export type AvatarSize = typeof AvatarSize[keyof typeof AvatarSize];


export const AvatarSize = {
  NUMBER_64: 64,
  NUMBER_256: 256,
  NUMBER_512: 512,
} as const;

/**
 * The present password, which an account that has none leaves out, and a new one.
 */
export interface ChangePasswordRequest {
  current_password?: string | null;
  /**
     * @minLength 8
     * @maxLength 128
     */
  new_password: string;
}

/**
 * An error that a page did not expect. Clients shorten what is longer.
 */
export interface ClientErrorRequest {
  /**
     * @minLength 1
     * @maxLength 500
     * @pattern ^[^\u0000]*$
     */
  message: string;
  /**
     * The route's pattern, without ids.
     * @maxLength 200
     * @pattern ^[^\u0000]*$
     */
  page?: string;
  /**
     * @maxLength 4000
     * @pattern ^[^\u0000]*$
     */
  stack?: string;
}

/**
 * A code of the authenticator app.
 */
export interface CodeRequest {
  /** @pattern ^[0-9]{3} ?[0-9]{3}$ */
  code: string;
}

/**
 * A new comment.
 */
export interface CommentRequest {
  /**
     * @minLength 1
     * @maxLength 5000
     * @pattern ^[^\u0000]*[^\s\u0000\u0085][^\u0000]*$
     */
  content: string;
}

/**
 * A comment.
 */
export interface CommentResponse {
  author: AuthorResponse;
  content: string;
  created_at: string;
  id: string;
  post_id: string;
}

/**
 * A new token, and the one time that its text is shown.
 */
export interface CreatedApiTokenResponse {
  details: ApiTokenResponse;
  /** Send it as `Authorization: Bearer …`. It cannot be shown again. */
  token: string;
}

/**
 * Where a job stands.
 */
export type JobState = typeof JobState[keyof typeof JobState];


export const JobState = {
  pending: 'pending',
  sent: 'sent',
  running: 'running',
  done: 'done',
  dead: 'dead',
} as const;

/**
 * What there is in all, as it was some minutes ago.
 */
export interface ProductCountsResponse {
  comments: number;
  counted_at: string;
  /** By state; states without jobs are left out. */
  jobs: Partial<Record<JobState, number>>;
  posts: number;
  users: number;
}

/**
 * A sign-in, with where it was seen last.
 */
export interface SessionResponse {
  created_at: string;
  expires_at: string;
  id: string;
  ip_address: string | null;
  is_current: boolean;
  last_seen_at: string;
  user_agent: string | null;
}

/**
 * An account as its owner sees it.
 */
export interface UserResponse {
  /** Add `&size=64`, `256` or `512` for the length of a side. */
  avatar_url: string | null;
  created_at: string;
  email: string;
  id: string;
  is_verified: boolean;
  name: string | null;
  permissions: Permission[];
  roles: Role[];
  /** Those of `roles` that grant nothing until the user has a second factor. */
  withheld_roles: Role[];
}

/**
 * What the dashboard shows.
 */
export interface DashboardResponse {
  activity: ActivityResponse;
  open_sessions: number;
  /** For operators; null for everybody else. */
  product: ProductCountsResponse | null;
  session: SessionResponse;
  unread_notifications: number;
  user: UserResponse;
}

export interface DataAcceptedResponse {
  data: AcceptedResponse;
}

export interface DataAccountResponse {
  data: AccountResponse;
}

export interface DataCommentResponse {
  data: CommentResponse;
}

export interface DataCreatedApiTokenResponse {
  data: CreatedApiTokenResponse;
}

export interface DataDashboardResponse {
  data: DashboardResponse;
}

/**
 * What an authenticator app takes over.
 */
export interface EnrollmentResponse {
  otpauth_uri: string;
  /** The same as a picture: a `data:` address for an `img` element. */
  qr_svg: string;
  /** For typing it in. */
  secret: string;
}

export interface DataEnrollmentResponse {
  data: EnrollmentResponse;
}

export type JobResponsePayload = { [key: string]: unknown };

/**
 * One job.
 */
export interface JobResponse {
  attempt: number;
  available_at: string;
  created_at: string;
  finished_at: string | null;
  id: string;
  last_error: string | null;
  max_attempts: number;
  payload: JobResponsePayload;
  priority: number;
  queue: string;
  request_id: string | null;
  state: JobState;
  task: string;
}

export interface DataJobResponse {
  data: JobResponse;
}

/**
 * How many jobs ended in one minute.
 */
export interface FinishedJobsResponse {
  dead: number;
  done: number;
  minute: string;
}

/**
 * What one queue owes; done jobs are not counted.
 */
export interface QueueResponse {
  dead: number;
  /** How long its oldest due job has waited. */
  oldest_due_seconds: number;
  pending: number;
  queue: string;
  running: number;
  sent: number;
}

/**
 * How background work is doing: what is owed now, and what ended in the last hour.
 */
export interface JobsOverviewResponse {
  /** Minutes without any are left out. */
  finished: FinishedJobsResponse[];
  queues: QueueResponse[];
  /** The names of all tasks, to filter jobs by. */
  tasks: string[];
}

export interface DataJobsOverviewResponse {
  data: JobsOverviewResponse;
}

/**
 * Where the browser has to go to sign in at the provider.
 */
export interface LinkResponse {
  location: string;
}

export interface DataLinkResponse {
  data: LinkResponse;
}

/**
 * Which second factors the caller has.
 */
export interface MfaStatusResponse {
  passkeys: number;
  recovery_codes_left: number;
  totp_enabled: boolean;
}

export interface DataMfaStatusResponse {
  data: MfaStatusResponse;
}

/**
 * What a notification is about.
 */
export type NotificationKind = typeof NotificationKind[keyof typeof NotificationKind];


export const NotificationKind = {
  comment: 'comment',
  report_ready: 'report_ready',
} as const;

/**
 * A notification.
 */
export interface NotificationResponse {
  created_at: string;
  id: string;
  kind: NotificationKind;
  /** The page of the front end that shows what it is about. */
  link: string;
  message: string;
  read_at: string | null;
}

export interface DataNotificationResponse {
  data: NotificationResponse;
}

/**
 * A passkey as its owner sees it.
 */
export interface PasskeyResponse {
  created_at: string;
  id: string;
  /** Whether a password manager keeps it on several devices. */
  is_backed_up: boolean;
  last_used_at: string | null;
  name: string;
  transports: string[];
}

export interface DataPasskeyResponse {
  data: PasskeyResponse;
}

/**
 * A post.
 */
export interface PostResponse {
  author: AuthorResponse;
  comment_count: number;
  content: string;
  created_at: string;
  id: string;
  published: boolean;
  subtitle: string | null;
  title: string;
  updated_at: string;
  /** Counts the changes; `ETag` begins with it. */
  version: number;
}

export interface DataPostResponse {
  data: PostResponse;
}

/**
 * What a check found.
 */
export type PartState = typeof PartState[keyof typeof PartState];


export const PartState = {
  ok: 'ok',
  unavailable: 'unavailable',
  outdated: 'outdated',
} as const;

/**
 * The result of the last comparison.
 */
export type ReplicaState = typeof ReplicaState[keyof typeof ReplicaState];


export const ReplicaState = {
  fresh: 'fresh',
  lagging: 'lagging',
  unavailable: 'unavailable',
} as const;

export type ReadinessResponseStatus = typeof ReadinessResponseStatus[keyof typeof ReadinessResponseStatus];


export const ReadinessResponseStatus = {
  ok: 'ok',
  degraded: 'degraded',
} as const;

/**
 * The state of each part that requests depend on.
 */
export interface ReadinessResponse {
  database: PartState;
  migrations: PartState;
  redis: PartState;
  replica: ReplicaState | null;
  status: ReadinessResponseStatus;
}

export interface DataReadinessResponse {
  data: ReadinessResponse;
}

/**
 * Recovery codes, which cannot be seen again.
 */
export interface RecoveryCodesResponse {
  recovery_codes: string[];
}

export interface DataRecoveryCodesResponse {
  data: RecoveryCodesResponse;
}

/**
 * What a report is about.
 */
export type ReportKind = typeof ReportKind[keyof typeof ReportKind];


export const ReportKind = {
  activity: 'activity',
} as const;

/**
 * Where a report stands.
 */
export type ReportState = typeof ReportState[keyof typeof ReportState];


export const ReportState = {
  pending: 'pending',
  running: 'running',
  done: 'done',
  failed: 'failed',
} as const;

/**
 * A report and how far it is.
 */
export interface ReportResponse {
  created_at: string;
  /** Where the document is, once it is done. */
  download_url: string | null;
  finished_at: string | null;
  id: string;
  kind: ReportKind;
  /**
     * @minimum 0
     * @maximum 100
     */
  progress: number;
  size_bytes: number | null;
  state: ReportState;
  /** What is being done, or why it failed; null at the end. */
  step: string | null;
}

export interface DataReportResponse {
  data: ReportResponse;
}

/**
 * A constant: the process answers.
 */
export const StatusResponseValue = {
  status: 'ok',
} as const;
export type StatusResponse = typeof StatusResponseValue;

export interface DataStatusResponse {
  data: StatusResponse;
}

export interface DataUserResponse {
  data: UserResponse;
}

export type DataDictStrAnyData = { [key: string]: unknown };

export interface DataDictStrAny {
  data: DataDictStrAnyData;
}

export interface DataListApiTokenResponse {
  data: ApiTokenResponse[];
}

/**
 * An identity at a provider that the caller can sign in with.
 */
export interface IdentityResponse {
  created_at: string;
  /** As the provider knew it when the identity was linked. */
  email: string | null;
  id: string;
  label: string;
  /** Its name; null when it is not offered any more. */
  provider: string | null;
}

export interface DataListIdentityResponse {
  data: IdentityResponse[];
}

export interface DataListPasskeyResponse {
  data: PasskeyResponse[];
}

/**
 * A provider to sign in with.
 */
export interface ProviderResponse {
  label: string;
  name: string;
}

export interface DataListProviderResponse {
  data: ProviderResponse[];
}

export interface DataListSessionResponse {
  data: SessionResponse[];
}

/**
 * The address of an account.
 */
export interface EmailRequest {
  /** @maxLength 254 */
  email: string;
}

export type ErrorCode = typeof ErrorCode[keyof typeof ErrorCode];


export const ErrorCode = {
  MALFORMED_REQUEST: 'MALFORMED_REQUEST',
  USER_ALREADY_EXISTS: 'USER_ALREADY_EXISTS',
  WRONG_PASSWORD: 'WRONG_PASSWORD',
  PASSWORD_TOO_COMMON: 'PASSWORD_TOO_COMMON',
  PASSWORD_TOO_PERSONAL: 'PASSWORD_TOO_PERSONAL',
  INVALID_LINK: 'INVALID_LINK',
  WRONG_SECOND_FACTOR: 'WRONG_SECOND_FACTOR',
  PASSKEY_REJECTED: 'PASSKEY_REJECTED',
  HANDSHAKE_FAILED: 'HANDSHAKE_FAILED',
  PROVIDER_REFUSED: 'PROVIDER_REFUSED',
  PROVIDER_ANSWER_INVALID: 'PROVIDER_ANSWER_INVALID',
  EMAIL_NOT_VERIFIED_BY_PROVIDER: 'EMAIL_NOT_VERIFIED_BY_PROVIDER',
  NOT_AUTHENTICATED: 'NOT_AUTHENTICATED',
  INVALID_CREDENTIALS: 'INVALID_CREDENTIALS',
  SESSION_EXPIRED: 'SESSION_EXPIRED',
  SESSION_REVOKED: 'SESSION_REVOKED',
  MFA_REQUIRED: 'MFA_REQUIRED',
  SIGN_IN_ENDED: 'SIGN_IN_ENDED',
  INVALID_SECOND_FACTOR: 'INVALID_SECOND_FACTOR',
  INVALID_PASSKEY: 'INVALID_PASSKEY',
  ACCOUNT_DEACTIVATED: 'ACCOUNT_DEACTIVATED',
  PERMISSION_DENIED: 'PERMISSION_DENIED',
  CROSS_ORIGIN_REQUEST: 'CROSS_ORIGIN_REQUEST',
  REAUTHENTICATION_REQUIRED: 'REAUTHENTICATION_REQUIRED',
  EMAIL_UNVERIFIED: 'EMAIL_UNVERIFIED',
  MFA_ENROLLMENT_REQUIRED: 'MFA_ENROLLMENT_REQUIRED',
  HOLDER_REQUIRED: 'HOLDER_REQUIRED',
  TOO_MANY_CODES: 'TOO_MANY_CODES',
  API_TOKEN_SCOPE_MISSING: 'API_TOKEN_SCOPE_MISSING',
  SESSION_REQUIRED: 'SESSION_REQUIRED',
  API_TOKEN_SCOPE_NOT_HELD: 'API_TOKEN_SCOPE_NOT_HELD',
  GRANTS_TOO_MUCH: 'GRANTS_TOO_MUCH',
  OWN_ACCOUNT: 'OWN_ACCOUNT',
  LAST_ADMINISTRATOR: 'LAST_ADMINISTRATOR',
  NO_SUCH_ROUTE: 'NO_SUCH_ROUTE',
  USER_NOT_FOUND: 'USER_NOT_FOUND',
  MAIL_NOT_FOUND: 'MAIL_NOT_FOUND',
  SESSION_NOT_FOUND: 'SESSION_NOT_FOUND',
  POST_NOT_FOUND: 'POST_NOT_FOUND',
  COMMENT_NOT_FOUND: 'COMMENT_NOT_FOUND',
  JOB_NOT_FOUND: 'JOB_NOT_FOUND',
  AVATAR_NOT_FOUND: 'AVATAR_NOT_FOUND',
  REPORT_NOT_FOUND: 'REPORT_NOT_FOUND',
  NOTIFICATION_NOT_FOUND: 'NOTIFICATION_NOT_FOUND',
  PASSKEY_NOT_FOUND: 'PASSKEY_NOT_FOUND',
  API_TOKEN_NOT_FOUND: 'API_TOKEN_NOT_FOUND',
  PROVIDER_NOT_FOUND: 'PROVIDER_NOT_FOUND',
  IDENTITY_NOT_FOUND: 'IDENTITY_NOT_FOUND',
  METHOD_NOT_ALLOWED: 'METHOD_NOT_ALLOWED',
  NOT_ACCEPTABLE: 'NOT_ACCEPTABLE',
  REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
  REQUEST_IN_FLIGHT: 'REQUEST_IN_FLIGHT',
  ANOTHER_USER: 'ANOTHER_USER',
  JOB_NOT_DEAD: 'JOB_NOT_DEAD',
  JOB_NOT_CANCELLABLE: 'JOB_NOT_CANCELLABLE',
  JOB_RUNNING: 'JOB_RUNNING',
  REPORT_NOT_READY: 'REPORT_NOT_READY',
  MFA_ALREADY_ENABLED: 'MFA_ALREADY_ENABLED',
  MFA_NOT_ENABLED: 'MFA_NOT_ENABLED',
  PASSKEY_TAKEN: 'PASSKEY_TAKEN',
  ACCOUNT_EXISTS: 'ACCOUNT_EXISTS',
  IDENTITY_TAKEN: 'IDENTITY_TAKEN',
  LAST_SIGN_IN_METHOD: 'LAST_SIGN_IN_METHOD',
  POST_CHANGED: 'POST_CHANGED',
  ACCOUNT_CHANGED: 'ACCOUNT_CHANGED',
  BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  UNSUPPORTED_PICTURE: 'UNSUPPORTED_PICTURE',
  UNKNOWN_HOST: 'UNKNOWN_HOST',
  VALIDATION_FAILED: 'VALIDATION_FAILED',
  IDEMPOTENCY_KEY_REUSED: 'IDEMPOTENCY_KEY_REUSED',
  BROKEN_PICTURE: 'BROKEN_PICTURE',
  TOO_MANY_PIXELS: 'TOO_MANY_PIXELS',
  PICTURE_TOO_COSTLY: 'PICTURE_TOO_COSTLY',
  TOO_MANY_REQUESTS: 'TOO_MANY_REQUESTS',
  TOO_MANY_ATTEMPTS: 'TOO_MANY_ATTEMPTS',
  TOO_MANY_STREAMS: 'TOO_MANY_STREAMS',
  HEADERS_TOO_LARGE: 'HEADERS_TOO_LARGE',
  INTERNAL_ERROR: 'INTERNAL_ERROR',
  DATABASE_UNAVAILABLE: 'DATABASE_UNAVAILABLE',
  TOO_BUSY: 'TOO_BUSY',
  NOT_READY: 'NOT_READY',
  PROVIDER_UNAVAILABLE: 'PROVIDER_UNAVAILABLE',
  STORAGE_UNAVAILABLE: 'STORAGE_UNAVAILABLE',
} as const;

/**
 * One field and what is wrong with it.
 */
export interface ErrorDetailBody {
  field: string;
  message: string;
}

/**
 * What went wrong.
 */
export interface ErrorBody {
  code: ErrorCode;
  details: ErrorDetailBody[];
  internal_code: number;
  message: string;
  request_id: string;
}

/**
 * Every answer that is not a success.
 */
export interface ErrorResponse {
  error: ErrorBody;
}

/**
 * Where to go once the identity is linked, or is not.
 */
export interface LinkRequest {
  /**
     * @maxLength 500
     * @pattern ^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$
     */
  redirect?: string;
}

/**
 * Where a page ends.
 */
export interface ListMeta {
  limit: number;
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
  /** Only with `?page=`. */
  page?: number | null;
  /** Only with `?count=true` or `?page=`. */
  total?: number | null;
}

export interface ListingAccountResponse {
  data: AccountResponse[];
  meta: ListMeta;
}

export interface ListingCommentResponse {
  data: CommentResponse[];
  meta: ListMeta;
}

export interface ListingJobResponse {
  data: JobResponse[];
  meta: ListMeta;
}

/**
 * What the audit log knows.
 */
export type SecurityEventKind = typeof SecurityEventKind[keyof typeof SecurityEventKind];


export const SecurityEventKind = {
  signed_up: 'signed_up',
  signed_in: 'signed_in',
  sign_in_failed: 'sign_in_failed',
  signed_out: 'signed_out',
  session_revoked: 'session_revoked',
  other_sessions_revoked: 'other_sessions_revoked',
  refresh_token_reused: 'refresh_token_reused',
  account_changed: 'account_changed',
  admin_created: 'admin_created',
  sessions_ended: 'sessions_ended',
  reauthenticated: 'reauthenticated',
  reauthentication_failed: 'reauthentication_failed',
  api_token_created: 'api_token_created',
  api_token_revoked: 'api_token_revoked',
  identity_linked: 'identity_linked',
  identity_unlinked: 'identity_unlinked',
  second_factor_asked: 'second_factor_asked',
  second_factor_failed: 'second_factor_failed',
  mfa_enabled: 'mfa_enabled',
  mfa_disabled: 'mfa_disabled',
  mfa_reset: 'mfa_reset',
  recovery_codes_replaced: 'recovery_codes_replaced',
  passkey_added: 'passkey_added',
  passkey_removed: 'passkey_removed',
  sign_up_repeated: 'sign_up_repeated',
  link_refused: 'link_refused',
  email_verified: 'email_verified',
  credentials_removed: 'credentials_removed',
  password_reset_requested: 'password_reset_requested',
  password_reset: 'password_reset',
  password_changed: 'password_changed',
  password_change_failed: 'password_change_failed',
  email_change_requested: 'email_change_requested',
  email_changed: 'email_changed',
  profile_changed: 'profile_changed',
  account_deleted: 'account_deleted',
} as const;

/**
 * What happened to one's own account; where an administrator sat is nobody's business.
 */
export interface OwnSecurityEventResponse {
  by_administrator: boolean;
  created_at: string;
  id: string;
  ip_address: string | null;
  kind: SecurityEventKind;
  /** How often it happened from there within an hour. */
  times: number;
  user_agent: string | null;
}

export interface ListingOwnSecurityEventResponse {
  data: OwnSecurityEventResponse[];
  meta: ListMeta;
}

/**
 * A post in a list.
 */
export interface PostSummaryResponse {
  author: AuthorResponse;
  comment_count: number;
  created_at: string;
  /** The beginning of the content, in one line. */
  excerpt: string;
  id: string;
  published: boolean;
  subtitle: string | null;
  title: string;
  updated_at: string;
  /** Counts the changes; `ETag` begins with it. */
  version: number;
}

export interface ListingPostSummaryResponse {
  data: PostSummaryResponse[];
  meta: ListMeta;
}

export interface ListingReportResponse {
  data: ReportResponse[];
  meta: ListMeta;
}

export type SecurityEventResponseDetails = { [key: string]: unknown };

/**
 * What happened to an account, and who did it from where.
 */
export interface SecurityEventResponse {
  actor_id: string | null;
  created_at: string;
  details: SecurityEventResponseDetails;
  id: string;
  ip_address: string | null;
  kind: SecurityEventKind;
  session_id: string | null;
  user_agent: string | null;
  user_id: string | null;
}

export interface ListingSecurityEventResponse {
  data: SecurityEventResponse[];
  meta: ListMeta;
}

/**
 * An address that the caller wants for their account.
 */
export interface NewEmailRequest {
  /** @maxLength 254 */
  email: string;
}

/**
 * Where a page ends, and how many of all notifications are unread.
 */
export interface NotificationsMeta {
  limit: number;
  /** Send it as `cursor` for the next page; null on the last. */
  next_cursor: string | null;
  /** Only with `?page=`. */
  page?: number | null;
  /** Only with `?count=true` or `?page=`. */
  total?: number | null;
  unread: number;
}

/**
 * A page of notifications, the newest first.
 */
export interface NotificationListing {
  data: NotificationResponse[];
  meta: NotificationsMeta;
}

/**
 * What `PublicKeyCredential.toJSON()` returns.
 */
export type PasskeyCredentialRequestCredential = { [key: string]: unknown };

/**
 * A passkey's answer to a challenge.
 */
export interface PasskeyCredentialRequest {
  /** What `PublicKeyCredential.toJSON()` returns. */
  credential: PasskeyCredentialRequestCredential;
}

/**
 * A new name for a passkey.
 */
export interface PasskeyPatch {
  /**
     * One line. Joiners and variation selectors are allowed where scripts and emoji need them.
     * @minLength 1
     * @maxLength 100
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  name: string;
}

/**
 * What `PublicKeyCredential.toJSON()` returns.
 */
export type PasskeyRequestCredential = { [key: string]: unknown };

/**
 * A new passkey.
 */
export interface PasskeyRequest {
  /** What `PublicKeyCredential.toJSON()` returns. */
  credential: PasskeyRequestCredential;
  /**
     * One line. Joiners and variation selectors are allowed where scripts and emoji need them.
     * @minLength 1
     * @maxLength 100
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  name: string;
}

/**
 * OAuth 2's own form (RFC 6749 section 4.3.2), of which programs may send more than is looked at.
 */
export interface PasswordForm {
  grant_type?: 'password';
  /**
     * @minLength 1
     * @maxLength 128
     */
  password: string;
  /**
     * @minLength 1
     * @maxLength 254
     * @pattern ^[^\u0000]*$
     */
  username: string;
}

/**
 * Some fields of a post; those that are left out stay as they are.
 */
export interface PostPatch {
  /**
     * @minLength 1
     * @maxLength 50000
     * @pattern ^[^\u0000]*$
     */
  content?: string;
  published?: boolean;
  subtitle?: string | null;
  /**
     * One line. Joiners and variation selectors are allowed where scripts and emoji need them.
     * @minLength 1
     * @maxLength 200
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  title?: string;
}

/**
 * A whole post.
 */
export interface PostRequest {
  /**
     * @minLength 1
     * @maxLength 50000
     * @pattern ^[^\u0000]*$
     */
  content: string;
  published?: boolean;
  subtitle?: string | null;
  /**
     * One line. Joiners and variation selectors are allowed where scripts and emoji need them.
     * @minLength 1
     * @maxLength 200
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  title: string;
}

/**
 * The orders in which posts may be listed; each has its index. A minus means descending.
 */
export type PostSort = typeof PostSort[keyof typeof PostSort];


export const PostSort = {
  '-created_at': '-created_at',
  created_at: 'created_at',
  title: 'title',
  '-title': '-title',
} as const;

/**
 * What somebody may change about their account by themselves; null takes the name away.
 */
export interface ProfilePatch {
  name: string | null;
}

/**
 * What `PublicKeyCredential.toJSON()` returns.
 */
export type ReauthenticateRequestCredential = { [key: string]: unknown };

/**
 * The caller's password, a code of their authenticator app or a passkey's answer: one of them.
 */
export interface ReauthenticateRequest {
  /** @pattern ^[0-9]{3} ?[0-9]{3}$ */
  code?: string;
  /** What `PublicKeyCredential.toJSON()` returns. */
  credential?: ReauthenticateRequestCredential;
  /** @maxLength 128 */
  password?: string;
}

/**
 * Which report is wanted.
 */
export interface ReportRequest {
  kind: ReportKind;
}

/**
 * The token of a mail, and a new password.
 */
export interface ResetPasswordRequest {
  /**
     * @minLength 8
     * @maxLength 128
     */
  password: string;
  /**
     * What follows `#token=` in the mail's link.
     * @minLength 1
     * @maxLength 200
     */
  token: string;
}

/**
 * What `PublicKeyCredential.toJSON()` returns.
 */
export type SecondFactorRequestCredential = { [key: string]: unknown };

/**
 * A code, a recovery code or a passkey's answer: one of them.
 */
export interface SecondFactorRequest {
  /** @pattern ^[0-9]{3} ?[0-9]{3}$ */
  code?: string;
  /** What `PublicKeyCredential.toJSON()` returns. */
  credential?: SecondFactorRequestCredential;
  /**
     * @maxLength 100
     * @pattern ^[^\u0000]*$
     */
  recovery_code?: string;
}

/**
 * An address and its password, however long: only the right one is right.
 */
export interface SignInRequest {
  /**
     * @maxLength 254
     * @pattern ^[^\u0000]*$
     */
  email: string;
  /** @maxLength 128 */
  password: string;
}

/**
 * A new account.
 */
export interface SignUpRequest {
  /** @maxLength 254 */
  email: string;
  name?: string | null;
  /**
     * @minLength 8
     * @maxLength 128
     */
  password: string;
}

/**
 * The token of a mail, as a proof that its reader has the address.
 */
export interface TokenRequest {
  /** Refuse with `HOLDER_REQUIRED` in place of removing the password and sessions. */
  only_as_holder?: boolean;
  /** The account's. Without it, and without a session of the account, the proof removes the account's password, sessions and all other credentials; `POST /api/auth/forgot-password` leads to a new one. */
  password?: string | null;
  /**
     * What follows `#token=` in the mail's link.
     * @minLength 1
     * @maxLength 200
     */
  token: string;
}

/**
 * A bearer token in the shape that OAuth 2 prescribes (RFC 6749 section 5.1).
 */
export interface TokenResponse {
  access_token: string;
  /** Seconds until the token expires. */
  expires_in: number;
  token_type?: 'bearer';
}

export type StreamEventsHeaders = {
/**
 * The last id that came; browsers send it by themselves.
 */
'Last-Event-ID'?: string;
};

/**
 * The fields of one server-sent event.
 */
export type StreamEvents200 = {
  /** An object in JSON. */
  data: string;
  /** What happened, e.g. `ready` or `notification`. */
  event: string;
  /** Send it as `Last-Event-ID` to go on from here. */
  id?: string;
};

export type ListJobsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
/**
 * In place of `cursor`; all items are counted. Further on, use cursors.
 * @minimum 1
 * @maximum 500
 */
page?: number;
state?: JobState;
/**
 * @pattern ^[^\u0000]*$
 */
queue?: string;
/**
 * @pattern ^[^\u0000]*$
 */
task?: string;
};

export type ListNotificationsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
/**
 * Whether to leave out those that were read.
 */
unread?: boolean;
};

export type ListPostsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
/**
 * In place of `cursor`; all items are counted. Further on, use cursors.
 * @minimum 1
 * @maximum 500
 */
page?: number;
sort?: PostSort;
published?: boolean;
/**
 * Words that must occur, in any form or as a part of others; "a phrase", `or` and `-without` work, too.
 * @minLength 1
 * @maxLength 200
 * @pattern ^[^\u0000]*$
 */
q?: string;
/**
 * The author's id.
 */
author?: string;
};

export type CreatePostHeaders = {
/**
 * Any unique text; sent again within 24 hours it gets the first answer.
 * @minLength 1
 * @maxLength 255
 * @pattern ^[\x21-\x7e]+$
 */
'idempotency-key'?: string;
};

export type DeletePostHeaders = {
/**
 * Change it only if it is still this `ETag`.
 */
'if-match'?: string;
};

export type UpdatePostHeaders = {
/**
 * Change it only if it is still this `ETag`.
 */
'if-match'?: string;
};

export type ReplacePostHeaders = {
/**
 * Change it only if it is still this `ETag`.
 */
'if-match'?: string;
};

export type ListCommentsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
};

export type CreateCommentHeaders = {
/**
 * Any unique text; sent again within 24 hours it gets the first answer.
 * @minLength 1
 * @maxLength 255
 * @pattern ^[\x21-\x7e]+$
 */
'idempotency-key'?: string;
};

export type ListReportsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
};

export type RequestReportHeaders = {
/**
 * Any unique text; sent again within 24 hours it gets the first answer.
 * @minLength 1
 * @maxLength 255
 * @pattern ^[\x21-\x7e]+$
 */
'idempotency-key'?: string;
};

export type ListSecurityEventsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
kind?: SecurityEventKind;
/**
 * The account that it happened to.
 */
user?: string;
/**
 * Where it was done from.
 */
address?: string;
/**
 * At this time or later.
 */
since?: string;
/**
 * Before this time.
 */
until?: string;
};

export type ListAccountsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
/**
 * In place of `cursor`; all items are counted. Further on, use cursors.
 * @minimum 1
 * @maximum 500
 */
page?: number;
sort?: AccountSort;
/**
 * Parts of the address or the name, in any case and with or without accents.
 * @minLength 1
 * @maxLength 100
 * @pattern ^[^\u0000]*$
 */
q?: string;
role?: Role;
is_active?: boolean;
};

export type ListOwnSecurityEventsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
};

export type DeleteAccountHeaders = {
/**
 * Change it only if it is still this `ETag`.
 */
'if-match'?: string;
};

export type UpdateAccountHeaders = {
/**
 * Change it only if it is still this `ETag`.
 */
'if-match'?: string;
};

export type ReplaceAccountHeaders = {
/**
 * Change it only if it is still this `ETag`.
 */
'if-match'?: string;
};

export type GetAvatarParams = {
size?: AvatarSize;
/**
 * Which picture, as in `avatar_url`; makes it cacheable for ever.
 */
v?: string;
};

export type ListUserPostsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the page before.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Whether to count all items of the list.
 */
count?: boolean;
/**
 * In place of `cursor`; all items are counted. Further on, use cursors.
 * @minimum 1
 * @maximum 500
 */
page?: number;
sort?: PostSort;
published?: boolean;
/**
 * Words that must occur, in any form or as a part of others; "a phrase", `or` and `-without` work, too.
 * @minLength 1
 * @maxLength 200
 * @pattern ^[^\u0000]*$
 */
q?: string;
};

/**
 * Mail a link to a new address, which becomes the account's when the link is followed; the old one is told.
 * @summary Request Email Change
 */
export const requestEmailChange = (
    newEmailRequest: NewEmailRequest,
 ) => {
      return request<DataAcceptedResponse>(
      {url: `/api/auth/change-email`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: newEmailRequest
    },
      );
    }

/**
 * Choose a new password. It ends every other session of the caller, and renews the tokens of this one.
 * @summary Change Password
 */
export const changePassword = (
    changePasswordRequest: ChangePasswordRequest,
 ) => {
      return request<void>(
      {url: `/api/auth/change-password`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: changePasswordRequest
    },
      );
    }

/**
 * Give the account the address that the token was mailed to.
 *
 * Sent neither from a session of the account nor with its password, it removes every credential: the reader of the mail
 * may never have seen the account.
 * @summary Confirm Email Change
 */
export const confirmEmailChange = (
    tokenRequest: TokenRequest,
 ) => {
      return request<void>(
      {url: `/api/auth/confirm-email-change`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: tokenRequest
    },
      );
    }

/**
 * Mail a link to a new password, if the address has an account; the answer is the same if it has none.
 * @summary Request Password Reset
 */
export const requestPasswordReset = (
    emailRequest: EmailRequest,
 ) => {
      return request<DataAcceptedResponse>(
      {url: `/api/auth/forgot-password`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: emailRequest
    },
      );
    }

/**
 * Return the identities that are linked to the caller's account.
 * @summary List Identities
 */
export const listIdentities = (

 ) => {
      return request<DataListIdentityResponse>(
      {url: `/api/auth/identities`, method: 'GET'
    },
      );
    }

/**
 * Take a way of signing in from the caller's account; the last one stays.
 * @summary Unlink Identity
 */
export const unlinkIdentity = (
    identityId: string,
 ) => {
      return request<void>(
      {url: `/api/auth/identities/${identityId}`, method: 'DELETE'
    },
      );
    }

/**
 * Return which second factors the caller has.
 * @summary Get Mfa Status
 */
export const getMfaStatus = (

 ) => {
      return request<DataMfaStatusResponse>(
      {url: `/api/auth/mfa`, method: 'GET'
    },
      );
    }

/**
 * Turn two-factor authentication on, and return the recovery codes, this once.
 * @summary Confirm Totp
 */
export const confirmTotp = (
    codeRequest: CodeRequest,
 ) => {
      return request<DataRecoveryCodesResponse>(
      {url: `/api/auth/mfa/confirm`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: codeRequest
    },
      );
    }

/**
 * Turn two-factor authentication off. Passkeys stay.
 * @summary Disable Mfa
 */
export const disableMfa = (

 ) => {
      return request<void>(
      {url: `/api/auth/mfa/disable`, method: 'POST'
    },
      );
    }

/**
 * Return a seed for an authenticator app; it counts once `POST /api/auth/mfa/confirm` has seen a code of it.
 * @summary Enroll Totp
 */
export const enrollTotp = (

 ) => {
      return request<DataEnrollmentResponse>(
      {url: `/api/auth/mfa/enroll`, method: 'POST'
    },
      );
    }

/**
 * Return fresh recovery codes, this once; the old ones are worth nothing from then on.
 * @summary Replace Recovery Codes
 */
export const replaceRecoveryCodes = (

 ) => {
      return request<DataRecoveryCodesResponse>(
      {url: `/api/auth/mfa/recovery-codes`, method: 'POST'
    },
      );
    }

/**
 * Complete a sign-in that was answered `MFA_REQUIRED`, and open its session.
 * @summary Verify Second Factor
 */
export const verifySecondFactor = (
    secondFactorRequest: SecondFactorRequest,
 ) => {
      return request<DataUserResponse>(
      {url: `/api/auth/mfa/verify`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: secondFactorRequest
    },
      );
    }

/**
 * Return the providers to sign in with.
 * @summary List Providers
 */
export const listProviders = (

 ) => {
      return request<DataListProviderResponse>(
      {url: `/api/auth/oidc`, method: 'GET'
    },
      );
    }

/**
 * Return where the browser has to go to link an identity; it comes back to `redirect`, with `?error=CODE` on failure.
 * @summary Start Linking
 */
export const startLinking = (
    provider: string,
    linkRequest: LinkRequest,
 ) => {
      return request<DataLinkResponse>(
      {url: `/api/auth/oidc/${provider}/link`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: linkRequest
    },
      );
    }

/**
 * Return the caller's passkeys, the oldest first.
 * @summary List Passkeys
 */
export const listPasskeys = (

 ) => {
      return request<DataListPasskeyResponse>(
      {url: `/api/auth/passkeys`, method: 'GET'
    },
      );
    }

/**
 * Add the passkey that the browser has made.
 * @summary Add Passkey
 */
export const addPasskey = (
    passkeyRequest: PasskeyRequest,
 ) => {
      return request<DataPasskeyResponse>(
      {url: `/api/auth/passkeys`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: passkeyRequest
    },
      );
    }

/**
 * Sign in with a passkey alone, which stands for both factors.
 * @summary Sign In With Passkey
 */
export const signInWithPasskey = (
    passkeyCredentialRequest: PasskeyCredentialRequest,
 ) => {
      return request<DataUserResponse>(
      {url: `/api/auth/passkeys/authentication`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: passkeyCredentialRequest
    },
      );
    }

/**
 * Return what `navigator.credentials.get()` needs to sign in, and set the cookie that the answer has to come with.
 *
 * In a sign-in that was answered `MFA_REQUIRED` the answer goes to `POST /api/auth/mfa/verify`.
 * @summary Get Passkey Authentication Options
 */
export const getPasskeyAuthenticationOptions = (

 ) => {
      return request<DataDictStrAny>(
      {url: `/api/auth/passkeys/authentication-options`, method: 'POST'
    },
      );
    }

/**
 * Return what `navigator.credentials.get()` needs for `POST /api/auth/reauthenticate`.
 * @summary Get Passkey Reauthentication Options
 */
export const getPasskeyReauthenticationOptions = (

 ) => {
      return request<DataDictStrAny>(
      {url: `/api/auth/passkeys/reauthentication-options`, method: 'POST'
    },
      );
    }

/**
 * Return what `navigator.credentials.create()` needs, as JSON, good for five minutes and one answer.
 * @summary Get Passkey Registration Options
 */
export const getPasskeyRegistrationOptions = (

 ) => {
      return request<DataDictStrAny>(
      {url: `/api/auth/passkeys/registration-options`, method: 'POST'
    },
      );
    }

/**
 * Remove a passkey.
 * @summary Remove Passkey
 */
export const removePasskey = (
    passkeyId: string,
 ) => {
      return request<void>(
      {url: `/api/auth/passkeys/${passkeyId}`, method: 'DELETE'
    },
      );
    }

/**
 * Give a passkey another name.
 * @summary Rename Passkey
 */
export const renamePasskey = (
    passkeyId: string,
    passkeyPatch: PasskeyPatch,
 ) => {
      return request<DataPasskeyResponse>(
      {url: `/api/auth/passkeys/${passkeyId}`, method: 'PATCH',
      headers: {'Content-Type': 'application/json', },
      data: passkeyPatch
    },
      );
    }

/**
 * Prove again who one is, which sensitive changes ask for.
 * @summary Reauthenticate
 */
export const reauthenticate = (
    reauthenticateRequest: ReauthenticateRequest,
 ) => {
      return request<void>(
      {url: `/api/auth/reauthenticate`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: reauthenticateRequest
    },
      );
    }

/**
 * Exchange the refresh cookie for fresh cookies.
 * @summary Refresh Session
 */
export const refreshSession = (

 ) => {
      return request<DataUserResponse>(
      {url: `/api/auth/refresh`, method: 'POST'
    },
      );
    }

/**
 * Mail the caller a new link that proves their address, unless it is proved; the last one is worth nothing then.
 * @summary Resend Verification
 */
export const resendVerification = (

 ) => {
      return request<DataAcceptedResponse>(
      {url: `/api/auth/resend-verification`, method: 'POST'
    },
      );
    }

/**
 * Choose a new password with the token of a mail. It ends every session and opens none.
 * @summary Reset Password
 */
export const resetPassword = (
    resetPasswordRequest: ResetPasswordRequest,
 ) => {
      return request<void>(
      {url: `/api/auth/reset-password`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: resetPasswordRequest
    },
      );
    }

/**
 * Sign out everywhere but here.
 * @summary Revoke Other Sessions
 */
export const revokeOtherSessions = (

 ) => {
      return request<void>(
      {url: `/api/auth/sessions`, method: 'DELETE'
    },
      );
    }

/**
 * Return where the caller is signed in, the session that was seen last first.
 * @summary List Sessions
 */
export const listSessions = (

 ) => {
      return request<DataListSessionResponse>(
      {url: `/api/auth/sessions`, method: 'GET'
    },
      );
    }

/**
 * Sign out one session; `POST /api/auth/signout` ends the one that asks without a proof.
 * @summary Revoke Session
 */
export const revokeSession = (
    sessionId: string,
 ) => {
      return request<void>(
      {url: `/api/auth/sessions/${sessionId}`, method: 'DELETE'
    },
      );
    }

/**
 * Check a password and open a session, or let the sign-in go on at `POST /api/auth/mfa/verify`.
 * @summary Sign In
 */
export const signIn = (
    signInRequest: SignInRequest,
 ) => {
      return request<DataUserResponse>(
      {url: `/api/auth/signin`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: signInRequest
    },
      );
    }

/**
 * End the session; without one, nothing happens.
 * @summary Sign Out
 */
export const signOut = (

 ) => {
      return request<void>(
      {url: `/api/auth/signout`, method: 'POST'
    },
      );
    }

/**
 * Create an account and sign it in.
 * @summary Sign Up
 */
export const signUp = (
    signUpRequest: SignUpRequest,
 ) => {
      return request<DataUserResponse | DataAcceptedResponse>(
      {url: `/api/auth/signup`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: signUpRequest
    },
      );
    }

/**
 * Return a bearer token for programs, in OAuth 2's own shape.
 * @summary Create Token
 */
export const createToken = (
    passwordForm: PasswordForm,
 ) => {const formUrlEncoded = new URLSearchParams();
if(passwordForm.grant_type !== undefined) {
 formUrlEncoded.append(`grant_type`, passwordForm.grant_type);
 }
formUrlEncoded.append(`password`, passwordForm.password);
formUrlEncoded.append(`username`, passwordForm.username);

      return request<TokenResponse>(
      {url: `/api/auth/token`, method: 'POST',
      headers: {'Content-Type': 'application/x-www-form-urlencoded', },
       data: formUrlEncoded
    },
      );
    }

/**
 * Return the caller's tokens, the newest first.
 * @summary List Tokens
 */
export const listTokens = (

 ) => {
      return request<DataListApiTokenResponse>(
      {url: `/api/auth/tokens`, method: 'GET'
    },
      );
    }

/**
 * Make a token. Its text is in this answer and nowhere else, so there is no `Idempotency-Key`.
 * @summary Create Api Token
 */
export const createApiToken = (
    apiTokenRequest: ApiTokenRequest,
 ) => {
      return request<DataCreatedApiTokenResponse>(
      {url: `/api/auth/tokens`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: apiTokenRequest
    },
      );
    }

/**
 * Make a token worthless, at once.
 * @summary Revoke Api Token
 */
export const revokeApiToken = (
    tokenId: string,
 ) => {
      return request<void>(
      {url: `/api/auth/tokens/${tokenId}`, method: 'DELETE'
    },
      );
    }

/**
 * Prove with the token of a mail that its reader has the account's address.
 *
 * The first proof removes every credential that is older. Sent from a session of the account, or with its password,
 * it leaves these two.
 * @summary Verify Email
 */
export const verifyEmail = (
    tokenRequest: TokenRequest,
 ) => {
      return request<void>(
      {url: `/api/auth/verify-email`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: tokenRequest
    },
      );
    }

/**
 * Write an error of a page to the log, and to Sentry where that is switched on. Guests may send them as well.
 * @summary Create Client Error
 */
export const createClientError = (
    clientErrorRequest: ClientErrorRequest,
 ) => {
      return request<void>(
      {url: `/api/client-errors`, method: 'POST',
      headers: {'Content-Type': 'application/json', },
      data: clientErrorRequest
    },
      );
    }

/**
 * Delete a comment.
 * @summary Delete Comment
 */
export const deleteComment = (
    commentId: string,
 ) => {
      return request<void>(
      {url: `/api/comments/${commentId}`, method: 'DELETE'
    },
      );
    }

/**
 * Return what the dashboard shows.
 * @summary Get Dashboard
 */
export const getDashboard = (

 ) => {
      return request<DataDashboardResponse>(
      {url: `/api/dashboard`, method: 'GET'
    },
      );
    }

/**
 * Stream what concerns the signed-in user, as server-sent events, until the session ends.
 *
 * `ready` comes first, and again wherever something may have been missed: read again what you show. `notification`
 * carries what `GET /api/notifications` would list, has an id, and may come twice; what was missed is sent after
 * `Last-Event-ID`. Every other event is about the moment and has no id.
 * @summary Stream Events
 */
export const streamEvents = (
    headers?: StreamEventsHeaders,
 ) => {
      return request<StreamEvents200>(
      {url: `/api/events`, method: 'GET',
      headers
    },
      );
    }

/**
 * Tell that this process lives; an orchestrator restarts one that does not answer.
 * @summary Get Health
 */
export const getHealth = (

 ) => {
      return request<DataStatusResponse>(
      {url: `/api/health`, method: 'GET'
    },
      );
    }

/**
 * Return jobs, the newest first.
 * @summary List Jobs
 */
export const listJobs = (
    params?: ListJobsParams,
 ) => {
      return request<ListingJobResponse>(
      {url: `/api/jobs`, method: 'GET',
        params
    },
      );
    }

/**
 * Return which tasks there are, what each queue owes, and how many jobs ended in each minute of the last hour.
 * @summary Get Jobs Overview
 */
export const getJobsOverview = (

 ) => {
      return request<DataJobsOverviewResponse>(
      {url: `/api/jobs/overview`, method: 'GET'
    },
      );
    }

/**
 * Delete a job and all that is known about it.
 * @summary Delete Job
 */
export const deleteJob = (
    jobId: string,
 ) => {
      return request<void>(
      {url: `/api/jobs/${jobId}`, method: 'DELETE'
    },
      );
    }

/**
 * Return one job.
 * @summary Get Job
 */
export const getJob = (
    jobId: string,
 ) => {
      return request<DataJobResponse>(
      {url: `/api/jobs/${jobId}`, method: 'GET'
    },
      );
    }

/**
 * Give an unfinished job up; what a worker is doing for it at the moment will not be kept.
 * @summary Cancel Job
 */
export const cancelJob = (
    jobId: string,
 ) => {
      return request<DataJobResponse>(
      {url: `/api/jobs/${jobId}/cancel`, method: 'POST'
    },
      );
    }

/**
 * Run a dead job again, with all its attempts.
 * @summary Retry Job
 */
export const retryJob = (
    jobId: string,
 ) => {
      return request<DataJobResponse>(
      {url: `/api/jobs/${jobId}/retry`, method: 'POST'
    },
      );
    }

/**
 * Return the caller's notifications, the newest first, and how many are unread.
 * @summary List Notifications
 */
export const listNotifications = (
    params?: ListNotificationsParams,
 ) => {
      return request<NotificationListing>(
      {url: `/api/notifications`, method: 'GET',
        params
    },
      );
    }

/**
 * Note that the caller read all of their notifications.
 * @summary Read All Notifications
 */
export const readAllNotifications = (

 ) => {
      return request<void>(
      {url: `/api/notifications/read-all`, method: 'POST'
    },
      );
    }

/**
 * Note that a notification was read; one that was read before stays as it is.
 * @summary Read Notification
 */
export const readNotification = (
    notificationId: string,
 ) => {
      return request<DataNotificationResponse>(
      {url: `/api/notifications/${notificationId}/read`, method: 'POST'
    },
      );
    }

/**
 * Answer, whatever else is down.
 * @summary Ping
 */
export const ping = (

 ) => {
      return request<DataStatusResponse>(
      {url: `/api/ping`, method: 'GET'
    },
      );
    }

/**
 * Return the posts that the caller may read: published ones, and their own drafts.
 * @summary List Posts
 */
export const listPosts = (
    params?: ListPostsParams,
 ) => {
      return request<ListingPostSummaryResponse>(
      {url: `/api/posts`, method: 'GET',
        params
    },
      );
    }

/**
 * Write a post.
 * @summary Create Post
 */
export const createPost = (
    postRequest: PostRequest,
    headers?: CreatePostHeaders,
 ) => {
      return request<DataPostResponse>(
      {url: `/api/posts`, method: 'POST',
      headers: {'Content-Type': 'application/json', ...headers},
      data: postRequest
    },
      );
    }

/**
 * Delete a post with its comments.
 * @summary Delete Post
 */
export const deletePost = (
    postId: string,
    headers?: DeletePostHeaders,
 ) => {
      return request<void>(
      {url: `/api/posts/${postId}`, method: 'DELETE',
      headers
    },
      );
    }

/**
 * Return a post.
 * @summary Get Post
 */
export const getPost = (
    postId: string,
 ) => {
      return request<DataPostResponse>(
      {url: `/api/posts/${postId}`, method: 'GET'
    },
      );
    }

/**
 * Change what is sent; `null` removes the subtitle.
 * @summary Update Post
 */
export const updatePost = (
    postId: string,
    postPatch: PostPatch,
    headers?: UpdatePostHeaders,
 ) => {
      return request<DataPostResponse>(
      {url: `/api/posts/${postId}`, method: 'PATCH',
      headers: {'Content-Type': 'application/json', ...headers},
      data: postPatch
    },
      );
    }

/**
 * Replace a post; what is left out gets its default.
 * @summary Replace Post
 */
export const replacePost = (
    postId: string,
    postRequest: PostRequest,
    headers?: ReplacePostHeaders,
 ) => {
      return request<DataPostResponse>(
      {url: `/api/posts/${postId}`, method: 'PUT',
      headers: {'Content-Type': 'application/json', ...headers},
      data: postRequest
    },
      );
    }

/**
 * Return the comments on a post, the oldest first.
 * @summary List Comments
 */
export const listComments = (
    postId: string,
    params?: ListCommentsParams,
 ) => {
      return request<ListingCommentResponse>(
      {url: `/api/posts/${postId}/comments`, method: 'GET',
        params
    },
      );
    }

/**
 * Comment on a post.
 * @summary Create Comment
 */
export const createComment = (
    postId: string,
    commentRequest: CommentRequest,
    headers?: CreateCommentHeaders,
 ) => {
      return request<DataCommentResponse>(
      {url: `/api/posts/${postId}/comments`, method: 'POST',
      headers: {'Content-Type': 'application/json', ...headers},
      data: commentRequest
    },
      );
    }

/**
 * Tell whether this process can serve; a load balancer sends requests elsewhere while it cannot.
 *
 * Without Redis or a replica it can (`degraded`): background work waits, and the primary answers what is read.
 * @summary Get Readiness
 */
export const getReadiness = (

 ) => {
      return request<DataReadinessResponse>(
      {url: `/api/ready`, method: 'GET'
    },
      );
    }

/**
 * Return the caller's reports, the newest first.
 * @summary List Reports
 */
export const listReports = (
    params?: ListReportsParams,
 ) => {
      return request<ListingReportResponse>(
      {url: `/api/reports`, method: 'GET',
        params
    },
      );
    }

/**
 * Have a report made in the background; while one of the kind is unfinished, that one is answered.
 * @summary Request Report
 */
export const requestReport = (
    reportRequest: ReportRequest,
    headers?: RequestReportHeaders,
 ) => {
      return request<DataReportResponse>(
      {url: `/api/reports`, method: 'POST',
      headers: {'Content-Type': 'application/json', ...headers},
      data: reportRequest
    },
      );
    }

/**
 * Return a report and how far it is.
 * @summary Get Report
 */
export const getReport = (
    reportId: string,
 ) => {
      return request<DataReportResponse>(
      {url: `/api/reports/${reportId}`, method: 'GET'
    },
      );
    }

/**
 * Return the document.
 * @summary Download Report
 */
export const downloadReport = (
    reportId: string,
 ) => {
      return request<Blob>(
      {url: `/api/reports/${reportId}/download`, method: 'GET',
        responseType: 'blob'
    },
      );
    }

/**
 * Return the audit log, the newest entries first.
 * @summary List Security Events
 */
export const listSecurityEvents = (
    params?: ListSecurityEventsParams,
 ) => {
      return request<ListingSecurityEventResponse>(
      {url: `/api/security-events`, method: 'GET',
        params
    },
      );
    }

/**
 * Return accounts.
 * @summary List Accounts
 */
export const listAccounts = (
    params?: ListAccountsParams,
 ) => {
      return request<ListingAccountResponse>(
      {url: `/api/users`, method: 'GET',
        params
    },
      );
    }

/**
 * Delete the caller's account with everything that belongs to it; every session of theirs has ended.
 * @summary Delete Current User
 */
export const deleteCurrentUser = (

 ) => {
      return request<void>(
      {url: `/api/users/me`, method: 'DELETE'
    },
      );
    }

/**
 * Return the account that the request is signed in with.
 * @summary Get Current User
 */
export const getCurrentUser = (

 ) => {
      return request<DataUserResponse>(
      {url: `/api/users/me`, method: 'GET'
    },
      );
    }

/**
 * Change the caller's own account.
 * @summary Update Current User
 */
export const updateCurrentUser = (
    profilePatch: ProfilePatch,
 ) => {
      return request<DataUserResponse>(
      {url: `/api/users/me`, method: 'PATCH',
      headers: {'Content-Type': 'application/json', },
      data: profilePatch
    },
      );
    }

/**
 * Show no picture any more.
 * @summary Remove Avatar
 */
export const removeAvatar = (

 ) => {
      return request<void>(
      {url: `/api/users/me/avatar`, method: 'DELETE'
    },
      );
    }

/**
 * Show another picture: JPEG, PNG, WebP or GIF, of which the middle is kept.
 * @summary Replace Avatar
 */
export const replaceAvatar = (
    avatarForm: AvatarForm,
 ) => {const formData = new FormData();
formData.append(`file`, avatarForm.file);

      return request<DataUserResponse>(
      {url: `/api/users/me/avatar`, method: 'PUT',
      headers: {'Content-Type': 'multipart/form-data', },
       data: formData
    },
      );
    }

/**
 * Return what happened to the caller's account, the newest first.
 * @summary List Own Security Events
 */
export const listOwnSecurityEvents = (
    params?: ListOwnSecurityEventsParams,
 ) => {
      return request<ListingOwnSecurityEventResponse>(
      {url: `/api/users/me/security-events`, method: 'GET',
        params
    },
      );
    }

/**
 * Delete an account with everything that belongs to it.
 * @summary Delete Account
 */
export const deleteAccount = (
    userId: string,
    headers?: DeleteAccountHeaders,
 ) => {
      return request<void>(
      {url: `/api/users/${userId}`, method: 'DELETE',
      headers
    },
      );
    }

/**
 * Return an account.
 * @summary Get Account
 */
export const getAccount = (
    userId: string,
 ) => {
      return request<DataAccountResponse>(
      {url: `/api/users/${userId}`, method: 'GET'
    },
      );
    }

/**
 * Change what is sent; deactivating an account ends its sessions.
 * @summary Update Account
 */
export const updateAccount = (
    userId: string,
    accountPatch: AccountPatch,
    headers?: UpdateAccountHeaders,
 ) => {
      return request<DataAccountResponse>(
      {url: `/api/users/${userId}`, method: 'PATCH',
      headers: {'Content-Type': 'application/json', ...headers},
      data: accountPatch
    },
      );
    }

/**
 * Replace what administrators decide about an account; without a name it has none.
 * @summary Replace Account
 */
export const replaceAccount = (
    userId: string,
    accountRequest: AccountRequest,
    headers?: ReplaceAccountHeaders,
 ) => {
      return request<DataAccountResponse>(
      {url: `/api/users/${userId}`, method: 'PUT',
      headers: {'Content-Type': 'application/json', ...headers},
      data: accountRequest
    },
      );
    }

/**
 * Return a user's picture, which everybody may see: a square with sides of `size` pixels.
 * @summary Get Avatar
 */
export const getAvatar = (
    userId: string,
    params?: GetAvatarParams,
 ) => {
      return request<Blob>(
      {url: `/api/users/${userId}/avatar`, method: 'GET',
        params,
        responseType: 'blob'
    },
      );
    }

/**
 * Return a user's posts; of a user who does not exist, none.
 * @summary List User Posts
 */
export const listUserPosts = (
    userId: string,
    params?: ListUserPostsParams,
 ) => {
      return request<ListingPostSummaryResponse>(
      {url: `/api/users/${userId}/posts`, method: 'GET',
        params
    },
      );
    }

/**
 * Remove the app, recovery codes and passkeys of a user who is locked out; it signs them out and mails them.
 * @summary Remove Account Second Factors
 */
export const removeAccountSecondFactors = (
    userId: string,
 ) => {
      return request<void>(
      {url: `/api/users/${userId}/second-factors`, method: 'DELETE'
    },
      );
    }

/**
 * Return which second factors a user has.
 * @summary Get Account Second Factors
 */
export const getAccountSecondFactors = (
    userId: string,
 ) => {
      return request<DataMfaStatusResponse>(
      {url: `/api/users/${userId}/second-factors`, method: 'GET'
    },
      );
    }

/**
 * Sign somebody out everywhere.
 * @summary End Account Sessions
 */
export const endAccountSessions = (
    userId: string,
 ) => {
      return request<void>(
      {url: `/api/users/${userId}/sessions`, method: 'DELETE'
    },
      );
    }

/**
 * Return where somebody is signed in, the session that was seen last first.
 * @summary List Account Sessions
 */
export const listAccountSessions = (
    userId: string,
 ) => {
      return request<DataListSessionResponse>(
      {url: `/api/users/${userId}/sessions`, method: 'GET'
    },
      );
    }

/**
 * Sign somebody out of one session.
 * @summary End Account Session
 */
export const endAccountSession = (
    userId: string,
    sessionId: string,
 ) => {
      return request<void>(
      {url: `/api/users/${userId}/sessions/${sessionId}`, method: 'DELETE'
    },
      );
    }

export type RequestEmailChangeResult = NonNullable<Awaited<ReturnType<typeof requestEmailChange>>>
export type ChangePasswordResult = NonNullable<Awaited<ReturnType<typeof changePassword>>>
export type ConfirmEmailChangeResult = NonNullable<Awaited<ReturnType<typeof confirmEmailChange>>>
export type RequestPasswordResetResult = NonNullable<Awaited<ReturnType<typeof requestPasswordReset>>>
export type ListIdentitiesResult = NonNullable<Awaited<ReturnType<typeof listIdentities>>>
export type UnlinkIdentityResult = NonNullable<Awaited<ReturnType<typeof unlinkIdentity>>>
export type GetMfaStatusResult = NonNullable<Awaited<ReturnType<typeof getMfaStatus>>>
export type ConfirmTotpResult = NonNullable<Awaited<ReturnType<typeof confirmTotp>>>
export type DisableMfaResult = NonNullable<Awaited<ReturnType<typeof disableMfa>>>
export type EnrollTotpResult = NonNullable<Awaited<ReturnType<typeof enrollTotp>>>
export type ReplaceRecoveryCodesResult = NonNullable<Awaited<ReturnType<typeof replaceRecoveryCodes>>>
export type VerifySecondFactorResult = NonNullable<Awaited<ReturnType<typeof verifySecondFactor>>>
export type ListProvidersResult = NonNullable<Awaited<ReturnType<typeof listProviders>>>
export type StartLinkingResult = NonNullable<Awaited<ReturnType<typeof startLinking>>>
export type ListPasskeysResult = NonNullable<Awaited<ReturnType<typeof listPasskeys>>>
export type AddPasskeyResult = NonNullable<Awaited<ReturnType<typeof addPasskey>>>
export type SignInWithPasskeyResult = NonNullable<Awaited<ReturnType<typeof signInWithPasskey>>>
export type GetPasskeyAuthenticationOptionsResult = NonNullable<Awaited<ReturnType<typeof getPasskeyAuthenticationOptions>>>
export type GetPasskeyReauthenticationOptionsResult = NonNullable<Awaited<ReturnType<typeof getPasskeyReauthenticationOptions>>>
export type GetPasskeyRegistrationOptionsResult = NonNullable<Awaited<ReturnType<typeof getPasskeyRegistrationOptions>>>
export type RemovePasskeyResult = NonNullable<Awaited<ReturnType<typeof removePasskey>>>
export type RenamePasskeyResult = NonNullable<Awaited<ReturnType<typeof renamePasskey>>>
export type ReauthenticateResult = NonNullable<Awaited<ReturnType<typeof reauthenticate>>>
export type RefreshSessionResult = NonNullable<Awaited<ReturnType<typeof refreshSession>>>
export type ResendVerificationResult = NonNullable<Awaited<ReturnType<typeof resendVerification>>>
export type ResetPasswordResult = NonNullable<Awaited<ReturnType<typeof resetPassword>>>
export type RevokeOtherSessionsResult = NonNullable<Awaited<ReturnType<typeof revokeOtherSessions>>>
export type ListSessionsResult = NonNullable<Awaited<ReturnType<typeof listSessions>>>
export type RevokeSessionResult = NonNullable<Awaited<ReturnType<typeof revokeSession>>>
export type SignInResult = NonNullable<Awaited<ReturnType<typeof signIn>>>
export type SignOutResult = NonNullable<Awaited<ReturnType<typeof signOut>>>
export type SignUpResult = NonNullable<Awaited<ReturnType<typeof signUp>>>
export type CreateTokenResult = NonNullable<Awaited<ReturnType<typeof createToken>>>
export type ListTokensResult = NonNullable<Awaited<ReturnType<typeof listTokens>>>
export type CreateApiTokenResult = NonNullable<Awaited<ReturnType<typeof createApiToken>>>
export type RevokeApiTokenResult = NonNullable<Awaited<ReturnType<typeof revokeApiToken>>>
export type VerifyEmailResult = NonNullable<Awaited<ReturnType<typeof verifyEmail>>>
export type CreateClientErrorResult = NonNullable<Awaited<ReturnType<typeof createClientError>>>
export type DeleteCommentResult = NonNullable<Awaited<ReturnType<typeof deleteComment>>>
export type GetDashboardResult = NonNullable<Awaited<ReturnType<typeof getDashboard>>>
export type StreamEventsResult = NonNullable<Awaited<ReturnType<typeof streamEvents>>>
export type GetHealthResult = NonNullable<Awaited<ReturnType<typeof getHealth>>>
export type ListJobsResult = NonNullable<Awaited<ReturnType<typeof listJobs>>>
export type GetJobsOverviewResult = NonNullable<Awaited<ReturnType<typeof getJobsOverview>>>
export type DeleteJobResult = NonNullable<Awaited<ReturnType<typeof deleteJob>>>
export type GetJobResult = NonNullable<Awaited<ReturnType<typeof getJob>>>
export type CancelJobResult = NonNullable<Awaited<ReturnType<typeof cancelJob>>>
export type RetryJobResult = NonNullable<Awaited<ReturnType<typeof retryJob>>>
export type ListNotificationsResult = NonNullable<Awaited<ReturnType<typeof listNotifications>>>
export type ReadAllNotificationsResult = NonNullable<Awaited<ReturnType<typeof readAllNotifications>>>
export type ReadNotificationResult = NonNullable<Awaited<ReturnType<typeof readNotification>>>
export type PingResult = NonNullable<Awaited<ReturnType<typeof ping>>>
export type ListPostsResult = NonNullable<Awaited<ReturnType<typeof listPosts>>>
export type CreatePostResult = NonNullable<Awaited<ReturnType<typeof createPost>>>
export type DeletePostResult = NonNullable<Awaited<ReturnType<typeof deletePost>>>
export type GetPostResult = NonNullable<Awaited<ReturnType<typeof getPost>>>
export type UpdatePostResult = NonNullable<Awaited<ReturnType<typeof updatePost>>>
export type ReplacePostResult = NonNullable<Awaited<ReturnType<typeof replacePost>>>
export type ListCommentsResult = NonNullable<Awaited<ReturnType<typeof listComments>>>
export type CreateCommentResult = NonNullable<Awaited<ReturnType<typeof createComment>>>
export type GetReadinessResult = NonNullable<Awaited<ReturnType<typeof getReadiness>>>
export type ListReportsResult = NonNullable<Awaited<ReturnType<typeof listReports>>>
export type RequestReportResult = NonNullable<Awaited<ReturnType<typeof requestReport>>>
export type GetReportResult = NonNullable<Awaited<ReturnType<typeof getReport>>>
export type DownloadReportResult = NonNullable<Awaited<ReturnType<typeof downloadReport>>>
export type ListSecurityEventsResult = NonNullable<Awaited<ReturnType<typeof listSecurityEvents>>>
export type ListAccountsResult = NonNullable<Awaited<ReturnType<typeof listAccounts>>>
export type DeleteCurrentUserResult = NonNullable<Awaited<ReturnType<typeof deleteCurrentUser>>>
export type GetCurrentUserResult = NonNullable<Awaited<ReturnType<typeof getCurrentUser>>>
export type UpdateCurrentUserResult = NonNullable<Awaited<ReturnType<typeof updateCurrentUser>>>
export type RemoveAvatarResult = NonNullable<Awaited<ReturnType<typeof removeAvatar>>>
export type ReplaceAvatarResult = NonNullable<Awaited<ReturnType<typeof replaceAvatar>>>
export type ListOwnSecurityEventsResult = NonNullable<Awaited<ReturnType<typeof listOwnSecurityEvents>>>
export type DeleteAccountResult = NonNullable<Awaited<ReturnType<typeof deleteAccount>>>
export type GetAccountResult = NonNullable<Awaited<ReturnType<typeof getAccount>>>
export type UpdateAccountResult = NonNullable<Awaited<ReturnType<typeof updateAccount>>>
export type ReplaceAccountResult = NonNullable<Awaited<ReturnType<typeof replaceAccount>>>
export type GetAvatarResult = NonNullable<Awaited<ReturnType<typeof getAvatar>>>
export type ListUserPostsResult = NonNullable<Awaited<ReturnType<typeof listUserPosts>>>
export type RemoveAccountSecondFactorsResult = NonNullable<Awaited<ReturnType<typeof removeAccountSecondFactors>>>
export type GetAccountSecondFactorsResult = NonNullable<Awaited<ReturnType<typeof getAccountSecondFactors>>>
export type EndAccountSessionsResult = NonNullable<Awaited<ReturnType<typeof endAccountSessions>>>
export type ListAccountSessionsResult = NonNullable<Awaited<ReturnType<typeof listAccountSessions>>>
export type EndAccountSessionResult = NonNullable<Awaited<ReturnType<typeof endAccountSession>>>
