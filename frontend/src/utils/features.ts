export interface Feature {
  /** The icon of each kind of notification. */
  notifications?: Record<string, string>
}

/** Declares what a feature adds to pages that are not its own, in `src/features/<feature>.ts`. */
export function feature(declared: Feature): Feature {
  return declared
}
