// Written by `make format` from the files in `en`.
import type account from './en/account.json'
import type apiTokens from './en/api-tokens.json'
import type avatars from './en/avatars.json'
import type comments from './en/comments.json'
import type common from './en/common.json'
import type dashboard from './en/dashboard.json'
import type dataExport from './en/data-export.json'
import type editing from './en/editing.json'
import type errors from './en/errors.json'
import type failures from './en/failures.json'
import type forms from './en/forms.json'
import type jobs from './en/jobs.json'
import type landing from './en/landing.json'
import type linkedAccounts from './en/linked-accounts.json'
import type navigation from './en/navigation.json'
import type notifications from './en/notifications.json'
import type posts from './en/posts.json'
import type reports from './en/reports.json'
import type secondFactors from './en/second-factors.json'
import type securityEvents from './en/security-events.json'
import type signIn from './en/sign-in.json'
import type users from './en/users.json'

interface Messages {
  account: typeof account
  apiTokens: typeof apiTokens
  avatars: typeof avatars
  comments: typeof comments
  common: typeof common
  dashboard: typeof dashboard
  dataExport: typeof dataExport
  editing: typeof editing
  errors: typeof errors
  failures: typeof failures
  forms: typeof forms
  jobs: typeof jobs
  landing: typeof landing
  linkedAccounts: typeof linkedAccounts
  navigation: typeof navigation
  notifications: typeof notifications
  posts: typeof posts
  reports: typeof reports
  secondFactors: typeof secondFactors
  securityEvents: typeof securityEvents
  signIn: typeof signIn
  users: typeof users
}

type Keys<Tree> = {
  [Name in keyof Tree & string]: Tree[Name] extends string ? Name : `${Name}.${Keys<Tree[Name]>}`
}[keyof Tree & string]

/** The key of a message. */
export type MessageKey = Keys<Messages>

/** A language of the interface. */
export type Locale = 'de' | 'en'
