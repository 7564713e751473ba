import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'

import { PasskeyError } from './PasskeyError'

// The API describes options and answers as plain objects: WebAuthn itself says what is in them.
type Json = Record<string, unknown>

const MESSAGES: Record<string, string> = {
  NotAllowedError: 'No passkey was used. Try again, or take another way.',
  AbortError: 'No passkey was used. Try again, or take another way.',
  InvalidStateError: 'This device has a passkey for your account already.',
  SecurityError: 'Passkeys do not work under this address. Open this site by its name.',
}

/**
 * Let the browser answer a challenge with a passkey.
 *
 * @throws PasskeyError it did not.
 */
export async function answerChallenge(options: Json): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialRequestOptionsJSON
  return { ...(await withMessage(startAuthentication({ optionsJSON }))) }
}

/**
 * Let the browser make a new passkey.
 *
 * @throws PasskeyError it did not.
 */
export async function makePasskey(options: Json): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
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
  return MESSAGES[name] ?? 'This browser cannot use passkeys here.'
}
