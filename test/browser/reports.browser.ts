import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { chromiumPath, expectAccessible, launchBrowser, watchedPage } from '../support/browser.ts';
import { npyBytes } from '../support/npy.ts';
import { smallGarments } from '../support/small-garments.ts';

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

/** Runs a command, which must print nothing. */
async function run(...args: string[]): Promise<void> {
  const all = ['--import', 'tsx', command, ...args];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, all);
  expect([stdout, stderr]).toEqual(['', '']);
}

/** Fails unless a page opens from its file without a fault or a request, in light and dark, wide and narrow. */
async function expectGoodPage(file: string): Promise<void> {
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
}

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
    await run(name, '--dataset', 'synthetic', ...options, '--quiet', '--html', file);
    await expectGoodPage(file);
  });
});

/** Rows of two numbers around as many centres as there are classes; those beyond the first `labelled` have no label. */
function vectors(classes: readonly string[], rows: number, labelled: number): string {
  const lines = Array.from({ length: rows }, (_, row) => {
    const c = row % classes.length;
    const angle = (2 * Math.PI * c) / classes.length;
    const [x, y] = [Math.cos(angle) + (row % 7) / 60, Math.sin(angle) + (row % 11) / 60];
    return `row-${row},"${row < labelled ? classes[c]!.replaceAll('"', '""') : ''}",${x},${y}`;
  });
  return ['name,label,x,y', ...lines].join('\n');
}

describe.skipIf(!chromiumPath)('the reports of handful train and evaluate', () => {
  const expectGoodPages = async (data: string, test: string, labels: readonly string[][]) => {
    const at = (name: string) => join(folder, name);
    const [trainLabels = [], testLabels = []] = labels;
    await run('train', data, ...trainLabels, '--out', at('a.handful'), '--quiet', '--html', at('train.html'));
    await run('evaluate', at('a.handful'), test, ...testLabels, '--quiet', '--html', at('evaluate.html'));
    await expectGoodPage(at('train.html'));
    await expectGoodPage(at('evaluate.html'));
  };

  it('are good pages of images', async () => {
    const { images, labels } = await smallGarments(400);
    const bytes = images.data as Uint8Array;
    await writeFile(join(folder, 'images.npy'), npyBytes({ descr: '|u1', shape: [400, 9, 9], bytes }));
    const list = (count: number) =>
      `row,label\n${Array.from(labels.subarray(0, count), (label, row) => `${row},kind ${label}\n`).join('')}`;
    await writeFile(join(folder, 'labels.csv'), list(60));
    await writeFile(join(folder, 'truth.csv'), list(400));
    const data = join(folder, 'images.npy');
    await expectGoodPages(
      data,
      data,
      ['labels.csv', 'truth.csv'].map((name) => ['--labels', join(folder, name)]),
    );
  });

  it.each([
    [
      'with names that are markup',
      ['<script>alert(1)</script>', 'a "b" & c', '2020-01-01', '42', 'x '.repeat(99)],
    ],
    ['of a hundred classes', Array.from({ length: 100 }, (_, i) => `kind ${i}`)],
  ])('are good pages of vectors %s', async (_, classes) => {
    const [data, test] = [join(folder, 'train.csv'), join(folder, 'test.csv')];
    await writeFile(data, vectors(classes, 8 * classes.length + 40, 4 * classes.length));
    await writeFile(test, vectors(classes, 5 * classes.length, 5 * classes.length));
    await expectGoodPages(data, test, []);
  });
});
