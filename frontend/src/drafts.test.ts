import { expect, it } from 'vitest'

/** Why a form with a text field keeps no draft. */
const WITHOUT_DRAFT: Record<string, string> = {
  './components/account/DeleteSection.vue': 'a password',
  './components/account/EnrollDialog.vue': 'a code',
  './components/account/NameDialog.vue': 'one name, asked for after a passkey is made',
  './components/account/PasskeysSection.vue': 'one name, asked for after a passkey is made',
  './components/account/PasswordSection.vue': 'passwords',
  './components/admin/SecurityEventFilterBar.vue': 'filters, which are in the address',
  './components/auth/LinkPasswordStep.vue': 'a password',
  './components/auth/PasswordStep.vue': 'a password',
  './components/auth/ReauthenticationDialog.vue': 'a password',
  './components/auth/SecondFactorStep.vue': 'a code',
  './views/ResetPasswordView.vue': 'a password',
  './views/AcceptInvitationView.vue': 'a password',
  './components/admin/InviteDialog.vue': 'an address and a name',
  './views/ForgotPasswordView.vue': 'has no user yet',
  './views/SignUpView.vue': 'has no user yet',
}

const sources = import.meta.glob<string>('./{components,views}/**/*.vue', {
  eager: true,
  query: '?raw',
  import: 'default',
})
/** The components of fields. */
const IS_FIELD = /Field\.vue$|FormTextarea\.vue$/
const HAS_TEXT = /<((?!Search|Conflict)\w*Field|FormTextarea|NameDialog|v-text-field|v-textarea)\b/
const KEEPS_DRAFT = /\buseDraft\(/

it('keeps a draft of each form with text, and so asks before it is left', () => {
  const forms = Object.entries(sources)
    .filter(([path]) => !IS_FIELD.test(path) || path in WITHOUT_DRAFT)
    .filter(([, source]) => HAS_TEXT.test(source) && !KEEPS_DRAFT.test(source))
  const missing = forms.map(([path]) => path).filter((path) => !(path in WITHOUT_DRAFT))
  expect(missing, 'call `useDraft`, or say here why not').toEqual([])
})

it('names only forms that exist', () => {
  expect(Object.keys(WITHOUT_DRAFT).filter((path) => !(path in sources))).toEqual([])
})
