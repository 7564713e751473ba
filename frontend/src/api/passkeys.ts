import type {
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/browser'

import { loading } from '@/router/PageNotLoaded'

import { PasskeyError } from './PasskeyError'

// Plain objects in the API; the WebAuthn standard defines their content.
type Json = Record<string, unknown>

const MESSAGES: Record<string, string> = {
  NotAllowedError: 'No passkey was used. Try again, or sign in another way.',
  AbortError: 'No passkey was used. Try again, or sign in another way.',
  InvalidStateError: 'This device already has a passkey for your account.',
  SecurityError: 'Passkeys don’t work at this address. Open the site by its domain name.',
}

/** Whether the browser knows passkeys. */
export const SUPPORTS_PASSKEYS = 'PublicKeyCredential' in window

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
  return MESSAGES[name] ?? 'Your browser can’t use passkeys here.'
}
