// Draws the pictures of the report and of the labelling page for the README, in docs/images/, of synthetic garments.
// Wants Debian's chromium, and the library built: npm run build:library && npx tsx scripts/draw-pages.ts

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { chromium, type Page } from 'playwright-core';
import { loadSyntheticGarments, writeIdx } from '../lib/index.ts';

const images = fileURLToPath(new URL('../docs/images/', import.meta.url));
const command = fileURLToPath(new URL('../lib/cli/main.ts', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'handful-pages-'));

function handful(...args: string[]) {
  return spawn(process.execPath, ['--import', 'tsx', command, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function drawReport(page: Page): Promise<void> {
  const file = join(folder, 'report.html');
  await once(handful('notebook', '--dataset', 'synthetic', '--quiet', '--html', file), 'exit');
  await page.goto(pathToFileURL(file).href);
  await page.screenshot({ path: join(images, 'report.png') });
}

/** Rows of the pool, and labels that are given by what the images show before the picture is taken. */
const ROWS = 3000;
const LABELS = 45;

async function drawLabelling(page: Page): Promise<void> {
  const { train, classNames } = await loadSyntheticGarments({ train: ROWS, test: 1 });
  const data = join(folder, 'garments-idx3-ubyte');
  await writeIdx(data, { data: train.images.data as Uint8Array, shape: [ROWS, 28, 28] });
  const server = handful(
    'label',
    data,
    '--labels',
    join(folder, 'labels.csv'),
    '--classes',
    classNames.join(),
  );
  try {
    const [address] = await once(server.stdout!, 'data');
    await page.goto(String(address).trim());
    for (let done = 1; done <= LABELS; done++) {
      const row = Number(await page.locator('#pick .name').textContent());
      await page.keyboard.press('123456789a'[train.labels[row]!]!);
      await page.locator('#count', { hasText: `${done} of` }).waitFor();
    }
    // The estimate comes a little later, and rests on all labels then.
    await page.locator('#about').filter({ hasNotText: 'with ' }).waitFor();
    await page.locator('#figure', { hasText: '%' }).waitFor();
    await page.evaluate(
      "document.getElementById('file').textContent = 'Every label is stored in labels.csv before it is shown here.'",
    );
    await page.screenshot({ path: join(images, 'labelling.png') });
  } finally {
    server.kill();
  }
}

const browser = await chromium.launch({
  executablePath: process.env.HANDFUL_CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
try {
  const page = await browser.newPage({ viewport: { width: 1120, height: 800 }, colorScheme: 'light' });
  await drawLabelling(page);
  await drawReport(page);
} finally {
  await browser.close();
  await rm(folder, { recursive: true });
}
