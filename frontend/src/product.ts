/** The names of the product, the same as in `backend/core/product.py`. A test compares them. */
export const NAME = 'Lamina'
/** Part of the keys in the browser's storage and of file names: lower-case letters, digits and single hyphens. */
export const SLUG = 'lamina'
export const DESCRIPTION = 'A full-stack Python project template that is itself a running product.'
