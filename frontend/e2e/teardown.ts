import { rmSync } from 'node:fs'

/** Remove the data of the stack that the tests ran against. */
export default function teardown(): void {
  const directory = process.env.LAMINA_E2E_VAR
  if (directory) rmSync(directory, { recursive: true, force: true })
}
