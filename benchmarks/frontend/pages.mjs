/**
 * Measures the front end of a running product in a headless Chromium:
 *
 *     make up                                          # in another terminal; development, with its demo account
 *     cd benchmarks/frontend && npm ci && ACCOUNT_PASSWORD=… npm run measure -- [http://127.0.0.1:8000] [ROUNDS]
 *
 * `make up` prints the password. For each page, opened with an empty cache on a screen of 1280 by 800: kB of JavaScript and
 * of everything as transferred, requests until the page is quiet, LCP and CLS, and the INP of what a user does there. Then
 * Lighthouse's performance on its mid-range phone, and the memory before and after 100 navigations. Times are medians of all
 * rounds, and depend on the machine; bytes and requests do not.
 */
import lighthouse from 'lighthouse'

import { browser, median, newPage, origin, pause, rounds, signIn } from './browser.mjs'

const NAVIGATIONS = 100
const QUIET_MS = 1000

const GUEST_PAGES = { '/': move, '/sign-in': typeEmail, '/sign-up': typeEmail }
const USER_PAGES = { '/dashboard': move, '/posts': search, '/posts/new': typeTitle, '/admin/jobs': move }

try {
  await printPages()
  await printLighthouse()
  await printMemory()
} finally {
  await browser.close()
}

async function printPages() {
  console.log('| page | JavaScript, kB | all, kB | requests | LCP, ms | CLS | INP, ms |\n|---|---|---|---|---|---|---|')
  for (const [address, act] of Object.entries(GUEST_PAGES)) await printPage(address, act, false)
  for (const [address, act] of Object.entries(USER_PAGES)) await printPage(address, act, true)
}

async function printPage(address, act, isSignedIn) {
  const results = []
  for (let round = 0; round < Number(rounds); round++) results.push(await measure(address, act, isSignedIn))
  const of = (name) => median(results.map((result) => result[name]))
  const kilobytes = (name) => (of(name) / 1000).toFixed(0)
  console.log(
    `| \`${address}\`${isSignedIn ? ', signed in' : ''} | ${kilobytes('script')} | ${kilobytes('bytes')} ` +
      `| ${of('requests')} | ${of('lcp').toFixed(0)} | ${of('cls').toFixed(3)} | ${of('inp').toFixed(0)} |`,
  )
}

async function measure(address, act, isSignedIn) {
  const context = await browser.createBrowserContext()
  try {
    const page = await newPage(context)
    if (isSignedIn) await signIn(page)
    const traffic = await watchTraffic(page)
    await page.evaluateOnNewDocument(observe)
    await page.goto(origin + address, { waitUntil: 'load' })
    await settled(traffic)
    const { bytes, script, requests } = traffic
    await act(page)
    await pause(QUIET_MS)
    return { bytes, script, requests, ...(await page.evaluate(() => globalThis.seen)) }
  } finally {
    await context.close()
  }
}

/** Count bytes as transferred, with headers. */
async function watchTraffic(page) {
  const traffic = { bytes: 0, script: 0, requests: 0, last: performance.now() }
  const types = new Map()
  const session = await page.createCDPSession()
  await session.send('Network.enable')
  session.on('Network.responseReceived', ({ requestId, type }) => {
    types.set(requestId, type)
    traffic.requests += 1
    traffic.last = performance.now()
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    traffic.bytes += encodedDataLength
    if (types.get(requestId) === 'Script') traffic.script += encodedDataLength
    traffic.last = performance.now()
  })
  return traffic
}

/** Wait until nothing has been loaded for a while: pages load code for the next page when they are idle. */
async function settled(traffic) {
  while (performance.now() - traffic.last < QUIET_MS) await pause(100)
}

/** Runs in the page: collect what the browser reports. */
function observe() {
  const seen = { lcp: 0, cls: 0, inp: 0 }
  globalThis.seen = seen
  const watch = (type, each, options) =>
    new PerformanceObserver((list) => list.getEntries().forEach(each)).observe({ type, buffered: true, ...options })
  watch('largest-contentful-paint', (entry) => (seen.lcp = entry.startTime))
  watch('layout-shift', (entry) => (seen.cls += entry.hadRecentInput ? 0 : entry.value))
  watch('event', (entry) => (seen.inp = Math.max(seen.inp, entry.interactionId ? entry.duration : 0)), {
    durationThreshold: 16,
  })
}

async function move(page) {
  for (let press = 0; press < 4; press++) await page.keyboard.press('Tab')
}

async function typeEmail(page) {
  await page.type('input[type=email]', 'ada@example.com')
}

async function search(page) {
  await page.type('main input', 'the')
}

async function typeTitle(page) {
  await page.type('main input', 'On engines that weave')
}

async function printLighthouse() {
  console.log('\n| page | Lighthouse performance, phone | FCP, s | LCP, s | TBT, ms | CLS |\n|---|---|---|---|---|---|')
  for (const address of Object.keys(GUEST_PAGES)) {
    const reports = []
    for (let round = 0; round < Number(rounds); round++) reports.push(await report(address))
    const of = (audit) => median(reports.map(({ audits }) => audits[audit].numericValue))
    const score = median(reports.map(({ categories }) => categories.performance.score * 100))
    const seconds = (audit) => (of(audit) / 1000).toFixed(1)
    console.log(
      `| \`${address}\` | ${score.toFixed(0)} | ${seconds('first-contentful-paint')} ` +
        `| ${seconds('largest-contentful-paint')} | ${of('total-blocking-time').toFixed(0)} ` +
        `| ${of('cumulative-layout-shift').toFixed(3)} |`,
    )
  }
}

/** Return a report. On a busy machine Lighthouse now and then misses an event that it needs: then it is run again. */
async function report(address, attempts = 3) {
  const context = await browser.createBrowserContext()
  try {
    const options = { onlyCategories: ['performance'], logLevel: 'error' }
    const { lhr } = await lighthouse(origin + address, options, undefined, await context.newPage())
    if (lhr.categories.performance.score !== null) return lhr
    const reasons = Object.values(lhr.audits).flatMap(({ errorMessage }) => errorMessage ?? [])
    if (attempts === 1) throw new Error(`Lighthouse cannot measure ${address}: ${reasons[0]}`)
  } finally {
    await context.close()
  }
  return report(address, attempts - 1)
}

async function printMemory() {
  const context = await browser.createBrowserContext()
  const page = await newPage(context)
  await signIn(page)
  await page.goto(`${origin}/dashboard`, { waitUntil: 'load' })
  await navigate(page, 10)
  const before = await memory(page)
  await navigate(page, NAVIGATIONS)
  const after = await memory(page)
  console.log(`\n| | before | after ${NAVIGATIONS} navigations |\n|---|---|---|`)
  console.log(`| JavaScript heap, MB | ${before.heap} | ${after.heap} |\n| DOM nodes | ${before.nodes} | ${after.nodes} |`)
  await context.close()
}

/** Click the links of the main navigation one after the other. */
async function navigate(page, times) {
  const links = 'nav a[href^="/"]'
  await page.waitForSelector(links)
  for (let click = 0; click < times; click++) {
    await page.evaluate((selector, number) => {
      const all = document.querySelectorAll(selector)
      all[number % all.length].click()
    }, links, click)
    await page.waitForNetworkIdle({ idleTime: 100, concurrency: 1 })
  }
}

async function memory(page) {
  const session = await page.createCDPSession()
  for (let times = 0; times < 3; times++) await session.send('HeapProfiler.collectGarbage')
  const { JSHeapUsedSize, Nodes } = await page.metrics()
  await session.detach()
  return { heap: (JSHeapUsedSize / 1e6).toFixed(1), nodes: Nodes }
}
