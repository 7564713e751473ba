import type { RouteLocationRaw, Router } from 'vue-router'

/** Leave a form for the page it belongs to, so that "back" does not return to the form. */
export async function leaveForm(router: Router, to: RouteLocationRaw): Promise<void> {
  if (router.options.history.state.back === router.resolve(to).fullPath) router.back()
  else await router.replace(to)
}
