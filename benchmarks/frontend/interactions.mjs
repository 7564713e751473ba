/**
 * Measures how soon the front end responds to a signed-in user, on a processor that Chromium slows down to a quarter:
 *
 *     ACCOUNT_PASSWORD=… npm run interactions -- [http://127.0.0.1:8000] [ROUNDS]
 *
 * See pages.mjs for what it needs. For each interaction it prints the INP: the longest time from a click or key to the
 * next frame, in steps of 8 ms; the median of all rounds, and the worst. Each round opens the page anew, so an
 * interaction may include the execution of code that it needs first.
 */
import { browser, median, newPage, origin, pause, rounds, signIn } from './browser.mjs'

const SLOWDOWN = 4
const QUIET_MS = 1000
/** 60 words. */
const PARAGRAPH = `${'Engines weave algebraic patterns. '.repeat(15)}\n\n`

const INTERACTIONS = {
  'open the account menu': ['/dashboard', (page) => click(page, 'Account menu')],
  'open the command palette': ['/dashboard', (page) => press(page, 'KeyK')],
  'type ten characters into a post of 3,000 words': ['/posts/new', typeIntoPost],
  'search the list of posts': ['/posts', (page) => page.type('main [role=search] input', 'the')],
  'open a dialog': ['/account/security', (page) => click(page, 'Add a passkey')],
  'switch the tab of the account page': ['/account/profile', (page) => click(page, 'Security')],
  'open a page': ['/dashboard', (page) => page.click('nav a[href="/posts"]')],
  'change the colour scheme': ['/account/appearance', (page) => page.click('main label:has(input[value="dark"])')],
}

try {
  console.log('| interaction | INP, ms | worst, ms |\n|---|---|---|')
  for (const [name, [address, act]] of Object.entries(INTERACTIONS)) {
    const results = []
    for (let round = 0; round < Number(rounds); round++) results.push(await measure(address, act))
    console.log(`| ${name} | ${shown(median(results))} | ${shown(Math.max(...results))} |`)
  }
} finally {
  await browser.close()
}

async function measure(address, act) {
  const context = await browser.createBrowserContext()
  try {
    const page = await newPage(context)
    await signIn(page)
    await page.evaluateOnNewDocument(observe)
    await page.emulateCPUThrottling(SLOWDOWN)
    await page.goto(origin + address, { waitUntil: 'load' })
    await page.waitForSelector('main h1')
    await page.waitForNetworkIdle({ idleTime: QUIET_MS, concurrency: 1 })
    await page.evaluate(() => (globalThis.inp = 0))
    await act(page)
    await pause(QUIET_MS)
    return await page.evaluate(() => globalThis.inp)
  } finally {
    await context.close()
  }
}

/** Runs in the page: collect what the browser reports. */
function observe() {
  globalThis.inp = 0
  new PerformanceObserver((list) => {
    for (const { interactionId, duration } of list.getEntries()) {
      if (interactionId) globalThis.inp = Math.max(globalThis.inp, duration)
    }
  }).observe({ type: 'event', durationThreshold: 16 })
}

/** Chromium reports nothing shorter. */
function shown(duration) {
  return duration || 'below 16'
}

async function click(page, name) {
  await page.locator(`::-p-aria(${name})`).click()
}

async function press(page, key) {
  await page.keyboard.down('Control')
  await page.keyboard.press(key)
  await page.keyboard.up('Control')
}

async function typeIntoPost(page) {
  await page.focus('main textarea')
  await page.keyboard.sendCharacter(PARAGRAPH.repeat(50))
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)))
  await pause(QUIET_MS)
  await page.evaluate(() => (globalThis.inp = 0))
  await page.keyboard.type('ten chars.', { delay: 100 })
}
