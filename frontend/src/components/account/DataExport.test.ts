import userEvent from '@testing-library/user-event'
import { screen } from '@testing-library/vue'
import { expect, it, vi } from 'vitest'

import type { DataExportResponse } from '@/api/generated/client'
import { answer, asAda, refusal } from '@/test/api'
import { renderApp } from '@/test/renderApp'
import * as files from '@/utils/files'

const user = userEvent.setup()

const PATH = '/api/users/me/data-export'
const NONE: DataExportResponse = { state: null, created_at: null, expires_at: null, size_bytes: null }
const PENDING: DataExportResponse = { ...NONE, state: 'pending', created_at: '2026-05-04T09:30:00Z' }
const FAILED: DataExportResponse = { ...PENDING, state: 'failed' }
const READY: DataExportResponse = { ...PENDING, state: 'ready', expires_at: '2026-05-11T09:30:00Z', size_bytes: 4096 }

function answerStates(...states: [DataExportResponse, ...DataExportResponse[]]): void {
  const [first, ...rest] = states
  answer('get', PATH, { body: { data: first } }, ...rest.map((data) => ({ body: { data } })))
}

it('requests a copy, and says that it is being prepared', async () => {
  asAda()
  answerStates(NONE, PENDING)
  const requests = answer('post', PATH, { status: 202, body: { data: PENDING } })
  await renderApp('/account/data')

  await user.click(await screen.findByRole('button', { name: 'Request a copy' }))

  await screen.findByText(/We’re preparing your data/)
  expect(requests).toHaveLength(1)
  expect(screen.queryByRole('button', { name: 'Request a copy' })).toBeNull()
})

it('downloads a copy that is ready', async () => {
  const startDownload = vi.spyOn(files, 'startDownload').mockReturnValue()
  asAda()
  answerStates(READY)
  const checks = answer('get', `${PATH}/access`, { status: 204 })
  await renderApp('/account/data')

  await screen.findByText(/until 11 May 2026|until May 11, 2026/)
  await user.click(screen.getByRole('button', { name: 'Download ZIP' }))

  await vi.waitFor(() => {
    expect(startDownload).toHaveBeenCalledWith(`${PATH}/download`)
  })
  expect(checks).toHaveLength(1)
})

it('downloads nothing that the API refuses, and shows why', async () => {
  const startDownload = vi.spyOn(files, 'startDownload').mockReturnValue()
  asAda()
  answerStates(READY, NONE)
  answer('get', `${PATH}/access`, refusal(404, 'DATA_EXPORT_NOT_FOUND'))
  await renderApp('/account/data')

  await user.click(await screen.findByRole('button', { name: 'Download ZIP' }))

  await screen.findByText('The API says DATA_EXPORT_NOT_FOUND.')
  await screen.findByRole('button', { name: 'Request a copy' })
  expect(startDownload).not.toHaveBeenCalled()
})

it('asks for a proof of identity before the download', async () => {
  asAda()
  answerStates(READY)
  answer('get', `${PATH}/access`, refusal(403, 'REAUTHENTICATION_REQUIRED'))
  await renderApp('/account/data')

  await user.click(await screen.findByRole('button', { name: 'Download ZIP' }))

  await screen.findByRole('dialog')
})

it('offers another try when the copy could not be written', async () => {
  asAda()
  answerStates(FAILED, PENDING)
  const requests = answer('post', PATH, { status: 202, body: { data: PENDING } })
  await renderApp('/account/data')

  await screen.findByText('We couldn’t prepare your data.')
  await user.click(screen.getByRole('button', { name: 'Try again' }))

  await screen.findByText(/We’re preparing your data/)
  expect(requests).toHaveLength(1)
})
