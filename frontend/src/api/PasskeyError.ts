/** The browser made or used no passkey; the message is for the user. */
export class PasskeyError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'PasskeyError'
  }
}
