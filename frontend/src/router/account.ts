import { type Component, h } from 'vue'

import { PAGES, pagesIn } from './pages'

/** A page with a section, loaded. */
interface Loaded {
  default: Component
}

/** Return the tabs of the account page that have sections, in order. */
export function accountGroups() {
  return pagesIn('accountGroup').filter(({ name }) =>
    PAGES.some(({ accountSection }) => accountSection?.group === name),
  )
}

/** Load the sections of a tab together, so that none appears later than the others. */
export async function loadSections(group: string): Promise<Component> {
  const sections = pagesIn('accountSection').filter(({ accountSection }) => accountSection.group === group)
  const views = (await Promise.all(sections.map(({ view }) => view()))) as unknown as Loaded[]
  return {
    name: group,
    render: () =>
      h(
        'div',
        sections.map((section, index) => h(views[index]?.default ?? 'div', { id: anchorOf(section) })),
      ),
  }
}

/** Return the anchor of a section on its tab: the last part of its own address. */
export function anchorOf({ path }: { path: string }): string {
  return path.split('/').at(-1) ?? ''
}
