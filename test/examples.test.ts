import { copyFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { backends } from './support/backends.ts';
import { makeScriptFolder, outputOfScript } from './support/scripts.ts';

const folder = fileURLToPath(new URL('../examples/', import.meta.url));

const FIRST_SCRIPT = /^labels asked for: 100 of 6000\nright on new images: (85|86)\.\d %\n$/;

/** What each example prints. */
const OUTPUT: Record<string, RegExp> = {
  'first-script.mjs': FIRST_SCRIPT,
  'first-script.cjs': FIRST_SCRIPT,
  'own-matrix.ts': new RegExp(
    '^\\d+ bytes; nearest to row 0: row 0 at 0.000, row 3 at 1.000, row 1 at 5.000\n' +
      '\\d+ bytes; nearest to row 0: row 0 at 0.000, row 3 at 1.000, row 1 at 5.000\n' +
      'Expected 4 x 2 = 8 elements in matrix.data, as its shape says, but received 7\n$',
  ),
  'progress-and-cancel.ts':
    /^first report: \w+ \d+ of at most \d+\nAbortError: The operation was aborted\nthe default solver: converged true\n$/,
  'native-against-javascript.ts': backends.includes('native')
    ? /^native \(\w+, threads: \d+\): (\d+) steps in \d+ ms\njavascript \(.*\): \1 steps in \d+ ms\nrows in different clusters: 0 of 3000\n$/
    : /^setBackend asks for native, but .*\njavascript \(javascript, threads: 1\): \d+ steps in \d+ ms\n$/,
  'own-files.ts':
    /^600 x 2 \(x,y\), the first is called 'point 0'\n6 labels, accuracy (0\.9\d|1\.00); flat, long, round\n$/,
  'streaming.ts': /^steps: 8, centres: 20 x 784\nclusters that new images fall into: (1\d|20)\n$/,
  'worker-threads.mjs': /^4 clusters: inertia \d+\n8 clusters: inertia \d+\n16 clusters: inertia \d+\n$/,
};

describe('the examples', () => {
  let scripts: string;
  beforeAll(async () => {
    scripts = await makeScriptFolder();
  });
  afterAll(() => rm(scripts, { recursive: true }));

  it('are all specified here', async () => {
    const names = (await readdir(folder)).filter((name) => /\.[cm]?[jt]s$/.test(name));
    expect(names.sort()).toEqual(Object.keys(OUTPUT).sort());
  });

  it.each(Object.entries(OUTPUT))('%s runs and prints what it should', async (name, output) => {
    const file = name.endsWith('.ts') ? folder + name : join(scripts, name);
    if (!name.endsWith('.ts')) await copyFile(folder + name, file);
    expect(await outputOfScript(file)).toMatch(output);
  });
});
