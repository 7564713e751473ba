/** The code of a page could not be loaded: offline, an outage or a new release. */
export class PageNotLoaded extends Error {
  constructor(cause: unknown) {
    super('The code of a page did not load.', { cause })
    this.name = 'PageNotLoaded'
  }
}

/** Return `load`, rejecting with PageNotLoaded. */
export function loading<Module>(load: () => Promise<Module>): () => Promise<Module> {
  return () => {
    const module = load().catch((error: unknown) => {
      throw new PageNotLoaded(error)
    })
    // The router awaits the parts of a page one by one: until then a failure must not count as unhandled.
    module.catch(() => undefined)
    return module
  }
}
