/** The screen of a phone. */
export const PHONE_SCREEN = { width: 390, height: 844 }
