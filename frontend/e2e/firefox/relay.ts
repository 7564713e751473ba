#!/usr/bin/env node
import { spawn } from 'node:child_process'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'

import { type RawData, WebSocket, WebSocketServer } from 'ws'

/**
 * Start Firefox, and relay what Playwright says to it.
 *
 * Playwright drives an ordinary Firefox over WebDriver BiDi, and begins with a command that Debian's release does not
 * know yet. The relay answers it; so the browser keeps its own colour scheme and motion. Remove this file once
 * Firefox knows it: then `channel: 'moz-firefox'` is enough.
 */
const UNKNOWN_COMMAND = 'emulation.setMediaFeaturesOverride'
const LISTENING = /WebDriver BiDi listening on (ws:\/\/\S+)/

interface Command {
  id: number
  method: string
}

const browser = spawn(process.env.FIREFOX_PATH ?? 'firefox-esr', process.argv.slice(2), {
  stdio: ['ignore', 'inherit', 'pipe'],
})
browser.on('error', ({ message }) => {
  console.error(`${message}. Install Firefox (Debian: apt install firefox-esr) or set FIREFOX_PATH.`)
})
browser.on('exit', (code) => process.exit(code ?? 1))
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => browser.kill(signal))

createInterface(browser.stderr).on('line', (line) => {
  const [, address] = LISTENING.exec(line) ?? []
  if (address) relay(address)
  else console.error(line)
})

/** Listen, and say where in the browser's own words. */
function relay(address: string): void {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 })
  server.on('connection', (client, { url }) => {
    connect(client, new WebSocket(`${address}${url ?? ''}`))
  })
  server.on('listening', () => {
    console.error(`WebDriver BiDi listening on ws://127.0.0.1:${String((server.address() as AddressInfo).port)}`)
  })
}

function connect(client: WebSocket, firefox: WebSocket): void {
  const isOpen = new Promise((resolve) => firefox.once('open', resolve))
  client.on('message', (data: RawData) => {
    const message = text(data)
    const { id, method } = JSON.parse(message) as Command
    if (method === UNKNOWN_COMMAND) client.send(JSON.stringify({ type: 'success', id, result: {} }))
    else
      void isOpen.then(() => {
        firefox.send(message)
      })
  })
  firefox.on('message', (data) => {
    client.send(text(data))
  })
  firefox.on('close', () => {
    client.close()
  })
  client.on('close', () => {
    firefox.close()
  })
}

function text(data: RawData): string {
  return (data as Buffer).toString()
}
