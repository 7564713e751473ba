/** The browser did not create or use a passkey. The message is shown to the user. */
export class PasskeyError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PasskeyError'
  }
}
