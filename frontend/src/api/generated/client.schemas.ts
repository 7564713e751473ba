/**
 * Generated from openapi.json by `npm run generate`; do not edit.
 */
/**
 * The token from an invitation, and the password for the account.
 */
export interface AcceptInvitationRequest {
  /**
     * @minLength 8
     * @maxLength 128
     */
  password: string;
  /**
     * The part after `#token=` of the link in the email.
     * @minLength 1
     * @maxLength 200
     */
  token: string;
}

/**
 * A confirmation that does not reveal whether an account exists.
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
 * The fields of an account to change; omitted fields stay as they are.
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
 * Everything that an admin decides about an account.
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
 * One thing that an actor may do beyond managing their own data.
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
 * An account, as admins see it.
 */
export interface AccountResponse {
  created_at: string;
  email: string;
  id: string;
  /** When the user can no longer accept an invitation. Null: there is no open one. */
  invitation_expires_at: string | null;
  is_active: boolean;
  is_verified: boolean;
  name: string | null;
  permissions: Permission[];
  roles: Role[];
  /** Increases with every change by an admin; also sent as `ETag`. */
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
 * The number of rows that the user wrote or received from others.
 */
export interface ActivityCountResponse {
  /** What was counted. Features add names. */
  name: string;
  /** For each of the days; empty for parts of another number. */
  per_day: number[];
  total: number;
}

/**
 * The rows that the user wrote and received from others, counted.
 */
export interface ActivityResponse {
  counts: ActivityCountResponse[];
  /** The last 14 days, in UTC, oldest first. */
  days: string[];
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
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  name: string;
  /**
     * `read` allows GET, `write` also everything else; the others grant a permission that you hold.
     * @maxItems 8
     */
  scopes: TokenScope[];
}

/**
 * An API token, without its secret.
 */
export interface ApiTokenResponse {
  created_at: string;
  expires_at: string;
  /** Prefix and last characters, to recognise it by. */
  hint: string;
  id: string;
  /** Accurate to a few minutes; null if never used. */
  last_used_at: string | null;
  name: string;
  scopes: TokenScope[];
}

/**
 * The author of a post or comment.
 */
export interface AuthorResponse {
  /** Add `&size=64`, `256` or `512` to choose the width in pixels. */
  avatar_url: string | null;
  id: string;
  name: string | null;
}

/**
 * An uploaded picture.
 */
export interface AvatarForm {
  file: Blob | File;
}

/**
 * The length of a side in pixels. Each size is a file of its own.
 */
export type AvatarSize = typeof AvatarSize[keyof typeof AvatarSize];


export const AvatarSize = {
  NUMBER_64: 64,
  NUMBER_256: 256,
  NUMBER_512: 512,
} as const;

/**
 * The current password (omitted if the account has none) and a new one.
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
 * How many jobs were changed.
 */
export interface ChangedJobsResponse {
  changed: number;
  /** How many of the requested jobs stay as they are: they are not dead, the same job is already waiting to run, or there are more than 1,000. */
  left: number;
}

/**
 * An unexpected error of a page. Clients truncate longer text.
 */
export interface ClientErrorRequest {
  /**
     * @minLength 1
     * @maxLength 500
     * @pattern ^[^\u0000]*$
     */
  message: string;
  /**
     * The pattern of the route, without ids.
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
 * A code from the authenticator app.
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
 * A number with the name of its counter.
 */
export interface CountResponse {
  /** What was counted. Features add names. */
  name: string;
  total: number;
}

/**
 * A new API token, with its secret.
 */
export interface CreatedApiTokenResponse {
  details: ApiTokenResponse;
  /** Send it as `Authorization: Bearer …`. It cannot be shown again. */
  token: string;
}

/**
 * The state of a job.
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
 * Totals of the product, up to a few minutes old.
 */
export interface ProductCountsResponse {
  counted_at: string;
  /** By state; states without jobs are omitted. */
  jobs: Partial<Record<JobState, number>>;
  totals: CountResponse[];
}

/**
 * A session, with its device and last activity.
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
 * A language that every text exists in, by its tag (BCP 47).
 */
export type Language = typeof Language[keyof typeof Language];


export const Language = {
  en: 'en',
  de: 'de',
} as const;

/**
 * An account, as its owner sees it.
 */
export interface UserResponse {
  /** Add `&size=64`, `256` or `512` to choose the width in pixels. */
  avatar_url: string | null;
  created_at: string;
  email: string;
  id: string;
  is_verified: boolean;
  /** The language of emails. Null: that of the browser that causes them. */
  language: Language | null;
  name: string | null;
  permissions: Permission[];
  roles: Role[];
  /** Roles that grant nothing until the user sets up a second factor. */
  withheld_roles: Role[];
}

/**
 * The figures of the dashboard.
 */
export interface DashboardResponse {
  activity: ActivityResponse;
  open_sessions: number;
  /** Only for operators; null for other users. */
  product: ProductCountsResponse | null;
  session: SessionResponse;
  unread_notifications: number;
  user: UserResponse;
}

/**
 * The state of a data export.
 */
export type DataExportState = typeof DataExportState[keyof typeof DataExportState];


export const DataExportState = {
  pending: 'pending',
  ready: 'ready',
  failed: 'failed',
} as const;

/**
 * The caller's data export.
 */
export interface DataExportResponse {
  created_at?: string | null;
  /** Until when it can be downloaded, once it is ready. */
  expires_at?: string | null;
  size_bytes?: number | null;
  /** Null while none was requested, or the last expired. */
  state: DataExportState | null;
}

export interface DataAcceptedResponse {
  data: AcceptedResponse;
}

export interface DataAccountResponse {
  data: AccountResponse;
}

export interface DataChangedJobsResponse {
  data: ChangedJobsResponse;
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

export interface DataDataExportResponse {
  data: DataExportResponse;
}

/**
 * An account with a published password.
 */
export interface DemoAccountResponse {
  email: string;
  password: string;
}

/**
 * The developers' pages and the demo account. Empty in production.
 */
export interface DevelopmentResponse {
  demo_account: DemoAccountResponse | null;
  developer_pages: boolean;
}

export interface DataDevelopmentResponse {
  data: DevelopmentResponse;
}

/**
 * The secret of an authenticator app.
 */
export interface EnrollmentResponse {
  otpauth_uri: string;
  /** The same as a QR code: a `data:` URL for an `img` element. */
  qr_svg: string;
  /** To type it in by hand. */
  secret: string;
}

export interface DataEnrollmentResponse {
  data: EnrollmentResponse;
}

/**
 * An open invitation, as the invited user sees it.
 */
export interface InvitationResponse {
  email: string;
  expires_at: string | null;
  name: string | null;
}

export interface DataInvitationResponse {
  data: InvitationResponse;
}

export type JobResponsePayload = { [key: string]: unknown };

/**
 * A background job.
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
 * The number of jobs that finished in one minute.
 */
export interface FinishedJobsResponse {
  dead: number;
  done: number;
  minute: string;
}

/**
 * The unfinished jobs of a queue.
 */
export interface QueueResponse {
  dead: number;
  /** Waiting time of its oldest due job. */
  oldest_due_seconds: number;
  pending: number;
  queue: string;
  running: number;
  sent: number;
}

/**
 * The state of background jobs: queues now, and jobs finished in the last hour.
 */
export interface JobsOverviewResponse {
  /** Minutes without finished jobs are omitted. */
  finished: FinishedJobsResponse[];
  queues: QueueResponse[];
  /** Names of all tasks, to filter jobs by. */
  tasks: string[];
}

export interface DataJobsOverviewResponse {
  data: JobsOverviewResponse;
}

/**
 * The URL of the provider's sign-in page.
 */
export interface LinkResponse {
  location: string;
}

export interface DataLinkResponse {
  data: LinkResponse;
}

/**
 * The second factors of a user.
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
 * A notification.
 */
export interface NotificationResponse {
  created_at: string;
  id: string;
  /** The subject. Features and releases add kinds. */
  kind: string;
  /** The page of the front end that it refers to. */
  link: string;
  message: string;
  read_at: string | null;
}

export interface DataNotificationResponse {
  data: NotificationResponse;
}

/**
 * A passkey.
 */
export interface PasskeyResponse {
  created_at: string;
  id: string;
  /** Whether a password manager syncs it between devices. */
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
  /** Increases with every change; `ETag` begins with it. */
  version: number;
}

export interface DataPostResponse {
  data: PostResponse;
}

/**
 * The result of one check.
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
 * Recovery codes. They are shown only once.
 */
export interface RecoveryCodesResponse {
  recovery_codes: string[];
}

export interface DataRecoveryCodesResponse {
  data: RecoveryCodesResponse;
}

/**
 * The subject of a report.
 */
export type ReportKind = typeof ReportKind[keyof typeof ReportKind];


export const ReportKind = {
  activity: 'activity',
} as const;

/**
 * The state of a report.
 */
export type ReportState = typeof ReportState[keyof typeof ReportState];


export const ReportState = {
  pending: 'pending',
  running: 'running',
  done: 'done',
  failed: 'failed',
} as const;

/**
 * A report and its progress.
 */
export interface ReportResponse {
  created_at: string;
  /** The URL of the document, once it is ready. */
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
  /** The current step, or why it failed; null when done. */
  step: string | null;
}

export interface DataReportResponse {
  data: ReportResponse;
}

/**
 * Whether anyone can create an account.
 */
export interface SignUpStateResponse {
  is_open: boolean;
}

export interface DataSignUpStateResponse {
  data: SignUpStateResponse;
}

/**
 * A constant: the process responds.
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
 * An identity at a provider, linked to the caller's account.
 */
export interface IdentityResponse {
  created_at: string;
  /** The address at the provider when the identity was linked. */
  email: string | null;
  id: string;
  label: string;
  /** Name of the provider; null if it is no longer configured. */
  provider: string | null;
}

export interface DataListIdentityResponse {
  data: IdentityResponse[];
}

export interface DataListPasskeyResponse {
  data: PasskeyResponse[];
}

/**
 * A sign-in provider.
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
 * Criteria for jobs. Without any, all jobs match.
 */
export interface JobCriteriaRequest {
  queue?: string | null;
  task?: string | null;
}

/**
 * Which dead jobs: those with these ids, or all that match.
 */
export interface DeadJobsRequest {
  /**
     * @minItems 1
     * @maxItems 1000
     */
  ids?: string[];
  matching?: JobCriteriaRequest;
}

/**
 * The email address of an account.
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
  SIGN_UP_CLOSED: 'SIGN_UP_CLOSED',
  INVITATION_EXPIRED: 'INVITATION_EXPIRED',
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
  DATA_EXPORT_NOT_FOUND: 'DATA_EXPORT_NOT_FOUND',
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
  JOB_ALREADY_QUEUED: 'JOB_ALREADY_QUEUED',
  REPORT_NOT_READY: 'REPORT_NOT_READY',
  MFA_ALREADY_ENABLED: 'MFA_ALREADY_ENABLED',
  MFA_NOT_ENABLED: 'MFA_NOT_ENABLED',
  PASSKEY_TAKEN: 'PASSKEY_TAKEN',
  ACCOUNT_EXISTS: 'ACCOUNT_EXISTS',
  IDENTITY_TAKEN: 'IDENTITY_TAKEN',
  LAST_SIGN_IN_METHOD: 'LAST_SIGN_IN_METHOD',
  EMAIL_HAS_ACCOUNT: 'EMAIL_HAS_ACCOUNT',
  NOT_INVITED: 'NOT_INVITED',
  VERSION_CHANGED: 'VERSION_CHANGED',
  BODY_TOO_LARGE: 'BODY_TOO_LARGE',
  UNSUPPORTED_MEDIA_TYPE: 'UNSUPPORTED_MEDIA_TYPE',
  UNSUPPORTED_PICTURE: 'UNSUPPORTED_PICTURE',
  UNKNOWN_HOST: 'UNKNOWN_HOST',
  VALIDATION_FAILED: 'VALIDATION_FAILED',
  IDEMPOTENCY_KEY_REUSED: 'IDEMPOTENCY_KEY_REUSED',
  LIST_TOO_LONG: 'LIST_TOO_LONG',
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
 * A field and its problem.
 */
export interface ErrorDetailBody {
  field: string;
  message: string;
}

/**
 * An error.
 */
export interface ErrorBody {
  code: ErrorCode;
  details: ErrorDetailBody[];
  internal_code: number;
  message: string;
  request_id: string;
}

/**
 * The response to every request that fails.
 */
export interface ErrorResponse {
  error: ErrorBody;
}

/**
 * The address, the name and the roles of the invited user.
 */
export interface InvitationRequest {
  /** @maxLength 254 */
  email: string;
  /** The language of emails. Null: that of this request. */
  language?: Language | null;
  name?: string | null;
  /**
     * @minItems 1
     * @maxItems 3
     */
  roles?: Role[];
}

/**
 * The token from an invitation.
 */
export interface InvitationTokenRequest {
  /**
     * The part after `#token=` of the link in the email.
     * @minLength 1
     * @maxLength 200
     */
  token: string;
}

/**
 * Where the browser goes after linking.
 */
export interface LinkRequest {
  /**
     * @maxLength 500
     * @pattern ^/([^/\\\x00-\x20\x7f][^\\\x00-\x20\x7f]*)?$
     */
  redirect?: string;
}

/**
 * The position of a page in its list.
 */
export interface ListMeta {
  limit: number;
  /** Send it as `cursor` to get the next page; null on the last page. */
  next_cursor: string | null;
  /** Only with `?offset=`. */
  offset?: number | null;
  /** Only with `?page=`. */
  page?: number | null;
  /** Only with `count`, `page` or `offset`. */
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
 * The kinds of entries in the audit log.
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
  user_invited: 'user_invited',
  invitation_resent: 'invitation_resent',
  invitation_withdrawn: 'invitation_withdrawn',
  invitation_accepted: 'invitation_accepted',
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
  data_export_requested: 'data_export_requested',
  jobs_retried: 'jobs_retried',
  jobs_discarded: 'jobs_discarded',
} as const;

/**
 * A security event of the caller's own account. The address of an admin is not shown.
 */
export interface OwnSecurityEventResponse {
  by_administrator: boolean;
  created_at: string;
  id: string;
  ip_address: string | null;
  kind: SecurityEventKind;
  /** Number of occurrences from this client within an hour. */
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
  /** The beginning of the content on one line, without markup. */
  excerpt: string;
  id: string;
  published: boolean;
  subtitle: string | null;
  title: string;
  updated_at: string;
  /** Increases with every change; `ETag` begins with it. */
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
 * A security event of an account, with the actor and the client.
 */
export interface SecurityEventResponse {
  /** Null when the account was deleted. */
  actor_email: string | null;
  actor_id: string | null;
  actor_name: string | null;
  created_at: string;
  details: SecurityEventResponseDetails;
  id: string;
  ip_address: string | null;
  kind: SecurityEventKind;
  request_id: string | null;
  session_id: string | null;
  user_agent: string | null;
  /** Null when the account was deleted. */
  user_email: string | null;
  user_id: string | null;
  user_name: string | null;
}

export interface ListingSecurityEventResponse {
  data: SecurityEventResponse[];
  meta: ListMeta;
}

/**
 * A new email address for the caller's account.
 */
export interface NewEmailRequest {
  /** @maxLength 254 */
  email: string;
}

/**
 * The position of a page, and the number of all unread notifications.
 */
export interface NotificationsMeta {
  limit: number;
  /** Send it as `cursor` to get the next page; null on the last page. */
  next_cursor: string | null;
  /** Only with `?offset=`. */
  offset?: number | null;
  /** Only with `?page=`. */
  page?: number | null;
  /** Only with `count`, `page` or `offset`. */
  total?: number | null;
  unread: number;
}

/**
 * A page of notifications, newest first.
 */
export interface NotificationListing {
  data: NotificationResponse[];
  meta: NotificationsMeta;
}

/**
 * The result of `PublicKeyCredential.toJSON()`.
 */
export type PasskeyCredentialRequestCredential = { [key: string]: unknown };

/**
 * A passkey credential.
 */
export interface PasskeyCredentialRequest {
  /** The result of `PublicKeyCredential.toJSON()`. */
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
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  name: string;
}

/**
 * The result of `PublicKeyCredential.toJSON()`.
 */
export type PasskeyRequestCredential = { [key: string]: unknown };

/**
 * A new passkey.
 */
export interface PasskeyRequest {
  /** The result of `PublicKeyCredential.toJSON()`. */
  credential: PasskeyRequestCredential;
  /**
     * One line. Joiners and variation selectors are allowed where scripts and emoji need them.
     * @minLength 1
     * @maxLength 100
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  name: string;
}

/**
 * The password form of OAuth 2 (RFC 6749 section 4.3.2). Unknown fields are ignored.
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
 * The fields of a post to change; omitted fields stay as they are.
 */
export interface PostPatch {
  /**
     * Markdown. HTML and pictures are shown as text.
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
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
     */
  title?: string;
}

/**
 * All fields of a post.
 */
export interface PostRequest {
  /**
     * Markdown. HTML and pictures are shown as text.
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
     * @pattern ^[^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*[^\s\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff][^\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff]*$
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
 * The fields of the own account to change; omitted fields stay as they are, null removes one.
 */
export interface ProfilePatch {
  language?: Language | null;
  name?: string | null;
}

/**
 * The result of `PublicKeyCredential.toJSON()`.
 */
export type ReauthenticateRequestCredential = { [key: string]: unknown };

/**
 * Exactly one of: the password, a code from the authenticator app, or a passkey credential.
 */
export interface ReauthenticateRequest {
  /** @pattern ^[0-9]{3} ?[0-9]{3}$ */
  code?: string;
  /** The result of `PublicKeyCredential.toJSON()`. */
  credential?: ReauthenticateRequestCredential;
  /** @maxLength 128 */
  password?: string;
}

/**
 * The kind of report to create.
 */
export interface ReportRequest {
  kind: ReportKind;
}

/**
 * The token from an email, and a new password.
 */
export interface ResetPasswordRequest {
  /**
     * @minLength 8
     * @maxLength 128
     */
  password: string;
  /**
     * The part after `#token=` of the link in the email.
     * @minLength 1
     * @maxLength 200
     */
  token: string;
}

/**
 * The result of `PublicKeyCredential.toJSON()`.
 */
export type SecondFactorRequestCredential = { [key: string]: unknown };

/**
 * Exactly one of: a code, a recovery code, or a passkey credential.
 */
export interface SecondFactorRequest {
  /** @pattern ^[0-9]{3} ?[0-9]{3}$ */
  code?: string;
  /** The result of `PublicKeyCredential.toJSON()`. */
  credential?: SecondFactorRequestCredential;
  /**
     * @maxLength 100
     * @pattern ^[^\u0000]*$
     */
  recovery_code?: string;
}

/**
 * Email address and password. The length of the password is not checked: a wrong one is wrong.
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
 * The token from an email, which proves access to the address.
 */
export interface TokenRequest {
  /** Respond with `HOLDER_REQUIRED` instead of removing the password and sessions. */
  only_as_holder?: boolean;
  /** The account's. Without it, and without a session of the account, the proof removes the account's password, sessions and all other credentials; `POST /api/auth/forgot-password` leads to a new one. */
  password?: string | null;
  /**
     * The part after `#token=` of the link in the email.
     * @minLength 1
     * @maxLength 200
     */
  token: string;
}

/**
 * A bearer token, as OAuth 2 prescribes (RFC 6749 section 5.1).
 */
export interface TokenResponse {
  access_token: string;
  /** Seconds until the token expires. */
  expires_in: number;
  token_type?: 'bearer';
}

export type StreamEventsHeaders = {
/**
 * The last id received; browsers send it automatically.
 */
'Last-Event-ID'?: string;
};

/**
 * The fields of one server-sent event.
 */
export type StreamEvents200 = {
  /** A JSON object. */
  data: string;
  /** The kind of event, e.g. `ready` or `notification`. */
  event: string;
  /** Send it as `Last-Event-ID` to resume after this event. */
  id?: string;
};

export type ListJobsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
state?: JobState;
/**
 * @maxLength 200
 * @pattern ^[^\u0000]*$
 */
queue?: string;
/**
 * @maxLength 200
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
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
/**
 * Whether to return only unread notifications.
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
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
sort?: PostSort;
published?: boolean;
/**
 * Words to search for, in any form or as part of others. Supports "a phrase", `or` and `-without`.
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
 * Any unique text. A request repeated within 24 hours gets the first response.
 * @minLength 1
 * @maxLength 255
 * @pattern ^[\x21-\x7e]+$
 */
'idempotency-key'?: string;
};

export type ExportPostsParams = {
sort?: PostSort;
published?: boolean;
/**
 * Words to search for, in any form or as part of others. Supports "a phrase", `or` and `-without`.
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

export type DeletePostHeaders = {
/**
 * Apply the change only if the `ETag` is still this one.
 */
'if-match'?: string;
};

export type UpdatePostHeaders = {
/**
 * Apply the change only if the `ETag` is still this one.
 */
'if-match'?: string;
};

export type ReplacePostHeaders = {
/**
 * Apply the change only if the `ETag` is still this one.
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
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
};

export type CreateCommentHeaders = {
/**
 * Any unique text. A request repeated within 24 hours gets the first response.
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
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
};

export type RequestReportHeaders = {
/**
 * Any unique text. A request repeated within 24 hours gets the first response.
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
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
kind?: SecurityEventKind;
/**
 * The affected account.
 */
user?: string;
/**
 * The IP address of the client.
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

export type ExportSecurityEventsParams = {
kind?: SecurityEventKind;
/**
 * The affected account.
 */
user?: string;
/**
 * The IP address of the client.
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
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
sort?: AccountSort;
/**
 * Part of the email address or name; case and accents do not matter.
 * @minLength 1
 * @maxLength 100
 * @pattern ^[^\u0000]*$
 */
q?: string;
role?: Role;
is_active?: boolean;
/**
 * Whether the user has not accepted an invitation yet.
 */
is_invited?: boolean;
};

export type InviteUserHeaders = {
/**
 * Any unique text. A request repeated within 24 hours gets the first response.
 * @minLength 1
 * @maxLength 255
 * @pattern ^[\x21-\x7e]+$
 */
'idempotency-key'?: string;
};

export type ExportAccountsParams = {
sort?: AccountSort;
/**
 * Part of the email address or name; case and accents do not matter.
 * @minLength 1
 * @maxLength 100
 * @pattern ^[^\u0000]*$
 */
q?: string;
role?: Role;
is_active?: boolean;
/**
 * Whether the user has not accepted an invitation yet.
 */
is_invited?: boolean;
};

export type RequestDataExportHeaders = {
/**
 * Any unique text. A request repeated within 24 hours gets the first response.
 * @minLength 1
 * @maxLength 255
 * @pattern ^[\x21-\x7e]+$
 */
'idempotency-key'?: string;
};

export type ListOwnSecurityEventsParams = {
/**
 * @minimum 1
 * @maximum 100
 */
limit?: number;
/**
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
};

export type DeleteAccountHeaders = {
/**
 * Apply the change only if the `ETag` is still this one.
 */
'if-match'?: string;
};

export type UpdateAccountHeaders = {
/**
 * Apply the change only if the `ETag` is still this one.
 */
'if-match'?: string;
};

export type ReplaceAccountHeaders = {
/**
 * Apply the change only if the `ETag` is still this one.
 */
'if-match'?: string;
};

export type GetAvatarParams = {
size?: AvatarSize;
/**
 * The version from `avatar_url`; makes the response cacheable forever.
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
 * `next_cursor` of the previous page.
 * @maxLength 2000
 */
cursor?: string;
/**
 * Instead of `cursor`; returns the total. Use cursors for deeper pages.
 * @minimum 1
 * @maximum 500
 */
page?: number;
/**
 * How many items to skip. Instead of `cursor` and `page`; returns the total.
 * @minimum 0
 * @maximum 49900
 */
offset?: number;
/**
 * Whether to return the total number of items. Counts for the first page only.
 */
count?: boolean;
sort?: PostSort;
published?: boolean;
/**
 * Words to search for, in any form or as part of others. Supports "a phrase", `or` and `-without`.
 * @minLength 1
 * @maxLength 200
 * @pattern ^[^\u0000]*$
 */
q?: string;
};

