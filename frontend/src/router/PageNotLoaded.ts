/** The code of a page, or of a part of one, did not arrive: no network, an outage, or another release by now. */
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
    // The router loads the parts of a page at once and awaits them one by one: until then a failure is not unhandled.
    module.catch(() => undefined)
    return module
  }
}
