import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

import { t } from '@/i18n'
import type { MessageKey } from '@/messages/schema'
import { loading } from '@/router/PageNotLoaded'

import { PasskeyError } from './PasskeyError'

// Plain objects in the API; the WebAuthn standard defines their content.
type Json = Record<string, unknown>

/** Why the browser refuses, by the names of its errors. */
const MESSAGES: Partial<Record<string, MessageKey>> = {
  NotAllowedError: 'signIn.passkeyErrors.notUsed',
  AbortError: 'signIn.passkeyErrors.notUsed',
  InvalidStateError: 'signIn.passkeyErrors.exists',
  SecurityError: 'signIn.passkeyErrors.wrongAddress',
}

/** Whether the browser knows passkeys. */
export const SUPPORTS_PASSKEYS = 'PublicKeyCredential' in window

/** Whether the browser can offer passkeys among the completions of a field. They belong to names, not to IP addresses. */
export async function canOfferPasskeys(): Promise<boolean> {
  if (!SUPPORTS_PASSKEYS || /^[\d.]+$|^\[/.test(location.hostname)) return false
  return (
    'isConditionalMediationAvailable' in PublicKeyCredential && PublicKeyCredential.isConditionalMediationAvailable()
  )
}

/** Load the library when a passkey is first used. */
const library = loading(() => import('@simplewebauthn/browser'))

/**
 * Let the browser answer a challenge with a passkey.
 *
 * @throws PasskeyError if the browser refuses.
 */
export async function answerChallenge(options: Json): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  const { startAuthentication } = await library()
  return { ...(await withMessage(startAuthentication({ optionsJSON }))) }
}

/**
 * Offer passkeys among the completions of a field with `autocomplete="… webauthn"`, until the user chooses one.
 *
 * @throws PasskeyError if the user chooses another way.
 */
export async function answerFromAutofill(options: Json): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  const { startAuthentication } = await library()
  return { ...(await withMessage(startAuthentication({ optionsJSON, useBrowserAutofill: true }))) }
}

/** End `answerFromAutofill`. */
export async function stopOffering(): Promise<void> {
  if (await canOfferPasskeys()) (await library()).WebAuthnAbortService.cancelCeremony()
}

/**
 * Let the browser make a new passkey.
 *
 * @throws PasskeyError if the browser refuses.
 */
export async function makePasskey(options: Json): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  const { startRegistration } = await library()
  return { ...(await withMessage(startRegistration({ optionsJSON }))) }
}

async function withMessage<Answer>(ceremony: Promise<Answer>): Promise<Answer> {
  try {
    return await ceremony
  } catch (error) {
    throw new PasskeyError(messageFor(error))
  }
}

function messageFor(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  return t(MESSAGES[name] ?? 'signIn.passkeyErrors.notHere')
}
