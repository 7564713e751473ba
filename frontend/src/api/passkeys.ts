import {
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  startAuthentication,
  startRegistration,
} from '@simplewebauthn/browser'

import { PasskeyError } from './PasskeyError'

// The API describes options and answers as plain objects: WebAuthn itself says what is in them.
type Json = Record<string, unknown>

const SENTENCES: Record<string, string> = {
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
  return { ...(await inWords(startAuthentication({ optionsJSON }))) }
}

/**
 * Let the browser make a new passkey.
 *
 * @throws PasskeyError it did not.
 */
export async function makePasskey(options: Json): Promise<Json> {
  const optionsJSON = options as unknown as PublicKeyCredentialCreationOptionsJSON
  return { ...(await inWords(startRegistration({ optionsJSON }))) }
}

async function inWords<Answer>(ceremony: Promise<Answer>): Promise<Answer> {
  try {
    return await ceremony
  } catch (error) {
    throw new PasskeyError(sentenceFor(error))
  }
}

function sentenceFor(error: unknown): string {
  const name = error instanceof Error ? error.name : ''
  return SENTENCES[name] ?? 'This browser cannot use passkeys here.'
}
