import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Debian's chromium, or what `HANDFUL_CHROMIUM` names; undefined where there is none. */
export const chromiumPath: string | undefined = [process.env.HANDFUL_CHROMIUM, ...CHROMIUM].find(
  (path) => path && existsSync(path),
);

if (!chromiumPath) {
  console.warn(
    'There is no chromium (apt-get install chromium, or set HANDFUL_CHROMIUM): tests in it are skipped',
  );
}

/** Starts the browser; chromium's own sandbox does not work in containers, and only our pages are opened. */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: chromiumPath, args: ['--no-sandbox'] });
}

/** A page that notes what it asks for and what it complains about. */
export async function watchedPage(browser: Browser, options: Parameters<Browser['newPage']>[0] = {}) {
  const page = await browser.newPage(options);
  const requests: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => requests.push(request.url()));
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, requests, complaints };
}

/** Fails where axe finds a serious fault of accessibility. */
export async function expectAccessible(page: Page): Promise<void> {
  // By evaluation, because the page's own policy lets no script in.
  const path = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
  await page.evaluate(await readFile(path, 'utf8'));
  const faults = await page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: typeof import('axe-core') }).axe;
    const { violations } = await axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html.slice(0, 200)).join('\n')}`);
  });
  expect(faults).toEqual([]);
}
