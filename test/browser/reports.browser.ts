import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, expectAccessible, launchBrowser, watchedPage } from '../support/browser.ts';

const command = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));

let folder: string;
let browser: Browser;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-reports-'));
  if (chromiumPath) browser = await launchBrowser();
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

describe.skipIf(!chromiumPath).each([
  [
    'notebook',
    ['--only', 'random', 'representatives', 'propagated', 'partial', '--clusters', '40', '--seeds', '2'],
  ],
  [
    'compare',
    ['--strategies', 'representatives', '--labels', '10,30', '--seeds', '0-1', '--coverage', '--no-cache'],
  ],
])('the report of handful %s', (name, options) => {
  it('opens from a file, asks for nothing, and is accessible in light and dark, wide and narrow', async () => {
    const file = join(folder, `${name}.html`);
    const args = [name, '--dataset', 'synthetic', ...options, '--quiet', '--html', file];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [
      '--import',
      'tsx',
      command,
      ...args,
    ]);
    expect([stdout, stderr]).toEqual(['', '']);
    const address = pathToFileURL(file).href;
    for (const [width, colorScheme] of [
      [1280, 'light'],
      [390, 'dark'],
    ] as const) {
      const { page, requests, complaints } = await watchedPage(browser, {
        viewport: { width, height: 900 },
        colorScheme,
      });
      await page.goto(address);
      expect(complaints).toEqual([]);
      expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([address]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
      await expectAccessible(page);
    }
  });
});
