import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { loadLabels } from '../../lib/datasets/load-labels.ts';
import { loadSyntheticGarments } from '../../lib/datasets/synthetic.ts';
import { writeIdx } from '../../lib/index.ts';
import { chromiumPath, expectAccessible, launchBrowser, watchedPage } from '../support/browser.ts';

const command = fileURLToPath(new URL('../../lib/cli/main.ts', import.meta.url));
const { train, classNames } = await loadSyntheticGarments({ train: 1000, test: 1 });
const names = Array.from(train.labels, (_, row) => String(row));

let folder: string;
let browser: Browser;
const servers: ChildProcess[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-browser-'));
  const [rows] = train.images.shape;
  await writeIdx(join(folder, 'garments-idx3-ubyte'), {
    data: train.images.data as Uint8Array,
    shape: [rows, 28, 28],
  });
  if (chromiumPath) browser = await launchBrowser();
});
afterEach(() => {
  for (const server of servers.splice(0)) server.kill('SIGKILL');
});
afterAll(async () => {
  await browser?.close();
  await rm(folder, { recursive: true });
});

/** Starts `handful label` and gives the address that it prints. */
async function startServer(labels: string): Promise<{ server: ChildProcess; address: string }> {
  const args = [
    'label',
    join(folder, 'garments-idx3-ubyte'),
    '--budget',
    '40',
    '--labels',
    join(folder, labels),
  ];
  const server = spawn(
    process.execPath,
    ['--import', 'tsx', command, ...args, '--classes', classNames.join()],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  servers.push(server);
  const address = await new Promise<string>((resolve, reject) => {
    server.stdout!.once('data', (text) => resolve(String(text).trim()));
    server.once('exit', (code) => reject(new Error(`handful label ended with ${code}`)));
  });
  return { server, address };
}

async function open(page: Page, address: string): Promise<void> {
  await page.goto(address);
  await page.locator('#pick img').waitFor();
}

/** The row that is asked about. */
async function currentRow(page: Page): Promise<number> {
  return Number(await page.locator('#pick .name').textContent());
}

const keyOf = (label: number) => '123456789a'[label]!;

/** Answers as many picks by keyboard, each with what it shows, and waits until the page says that it is stored. */
async function labelByKeyboard(page: Page, count: number, done: number): Promise<Map<number, string>> {
  const given = new Map<number, string>();
  for (let i = 1; i <= count; i++) {
    const row = await currentRow(page);
    const label = train.labels[row]!;
    await page.keyboard.press(keyOf(label));
    await page.locator('#count', { hasText: `${done + i} of 40` }).waitFor();
    given.set(row, classNames[label]!);
  }
  return given;
}

async function stored(labels: string): Promise<Map<number, string>> {
  const { rows, labels: classes } = await loadLabels(join(folder, labels), names);
  return new Map(Array.from(rows, (row, i) => [row, classes[i]!]));
}

describe.skipIf(!chromiumPath)('the labelling page', () => {
  it('takes 30 labels by keyboard, undoes one, and loses none when the server is killed', async () => {
    const { page, complaints, requests } = await watchedPage(browser);
    const first = await startServer('killed.csv');
    await open(page, first.address);
    const given = await labelByKeyboard(page, 17, 0);
    expect(await stored('killed.csv')).toEqual(given);
    expect(complaints).toEqual([]);
    const { origin } = new URL(first.address);
    expect(requests.filter((url) => !url.startsWith(origin) && !url.startsWith('data:'))).toEqual([]);

    first.server.kill('SIGKILL');
    await page.locator('#trouble', { hasText: 'The connection is lost' }).waitFor();
    await page.keyboard.press('1');
    await page.locator('#trouble', { hasText: 'Not stored' }).waitFor();
    expect(await stored('killed.csv')).toEqual(given);

    const second = await startServer('killed.csv');
    const again = (await watchedPage(browser)).page;
    await open(again, second.address);
    await again.locator('#count', { hasText: '17 of 40' }).waitFor();
    for (const [row, label] of await labelByKeyboard(again, 13, 17)) given.set(row, label);
    expect(given.size).toBe(30);
    expect(await stored('killed.csv')).toEqual(given);

    await again.keyboard.press('Backspace');
    await again.locator('#count', { hasText: '29 of 40' }).waitFor();
    const last = [...given.keys()].at(-1)!;
    expect(await currentRow(again)).toBe(last);
    given.delete(last);
    expect(await stored('killed.csv')).toEqual(given);
    await again.locator('#figure', { hasText: '%' }).waitFor();
  });

  it('takes a new class, a whole cluster, skips and doubts, in two pages at once', async () => {
    const { address } = await startServer('all.csv');
    const [one, two] = [(await watchedPage(browser)).page, (await watchedPage(browser)).page];
    await open(one, address);
    await open(two, address);
    await one.keyboard.press('Space');
    await one.keyboard.press('0');
    await two.locator('#count', { hasText: '1 of 40' }).waitFor();
    await two.keyboard.press('/');
    await two.keyboard.type('Sock');
    await two.keyboard.press('Enter');
    await two.locator('#count', { hasText: '2 of 40' }).waitFor();
    await one.locator('#classes', { hasText: 'Sock' }).waitFor();
    await two.locator('#all').click();
    await two.keyboard.press('b');
    await two.locator('#count', { hasText: 'labelled with their clusters' }).waitFor();
    expect([...(await stored('all.csv')).values()].every((label) => label === 'Sock')).toBe(true);
    expect(await readFile(join(folder, 'all.csv'), 'utf8')).toMatch(/,skipped,.*\n.*,not sure,.*\n.*,Sock,,/);
  });

  it('says that the file of labels was removed, and that no label is lost', async () => {
    const { address } = await startServer('removed.csv');
    const { page } = await watchedPage(browser);
    await open(page, address);
    const given = await labelByKeyboard(page, 2, 0);
    await rm(join(folder, 'removed.csv'));
    for (const [row, label] of await labelByKeyboard(page, 1, 2)) given.set(row, label);
    await page.locator('#trouble', { hasText: 'No label is lost: 2 of its lines were missing' }).waitFor();
    expect(await stored('removed.csv')).toEqual(given);
    await writeFile(join(folder, 'removed.csv'), 'something else');
    await page.keyboard.press('1');
    await page.locator('#trouble', { hasText: 'Not stored: ' }).waitFor();
    expect(await readFile(join(folder, 'removed.csv'), 'utf8')).toBe('something else');
  });

  it.each([
    ['a desktop', { width: 1280, height: 900 }, 'light'],
    ['a phone', { width: 390, height: 844 }, 'dark'],
  ] as const)('is accessible, and as wide as the window, on %s', async (_, viewport, colorScheme) => {
    const { address } = await startServer('looks.csv');
    const { page } = await watchedPage(browser, { viewport, colorScheme });
    await open(page, address);
    await expectAccessible(page);
    await page.locator('#toggle').click();
    await page.locator('#grid button').first().waitFor();
    await expectAccessible(page);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(viewport.width);
  });
});
