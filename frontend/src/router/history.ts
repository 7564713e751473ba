import type { RouteLocationRaw, Router } from 'vue-router'

/** Leave a form for the page that it belongs to, so that "back" never leads to the form again. */
export async function leaveForm(router: Router, to: RouteLocationRaw): Promise<void> {
  if (router.options.history.state.back === router.resolve(to).fullPath) router.back()
  else await router.replace(to)
}
