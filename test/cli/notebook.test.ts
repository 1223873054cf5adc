import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { version } from '../../lib/version.ts';
import { handful } from '../support/command-line.ts';
import { fashionMnistFolder } from '../support/fashion-mnist.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('handful notebook', () => {
  it('prints a table and writes everything needed to repeat it, synthetic data plainly marked', async () => {
    const file = join(folder, 'new', 'results.json');
    const { code, stdout, stderr } = await handful([
      ...['notebook', '--dataset', 'synthetic', '--only', 'representatives', 'random'],
      ...['--clusters', '30', '--seeds', '2', '--seed', '7', '--json', file],
    ]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^random +notebook +30 +30 +0\.\d{4} ± 0\.\d{4} /m);
    expect(stdout).toMatch(/^representatives +notebook +30 +30 +0\.\d{4} /m);
    expect(stdout).toContain('synthetic: 60,000 training and 10,000 test images of 28 x 28 pixels');
    expect(stdout.match(/SYNTHETIC DATA/g)!.length).toBe(2);
    expect(stdout, "no comparison with the notebook's Fashion-MNIST").not.toContain('speed-up');

    const json = JSON.parse(await readFile(file, 'utf8'));
    expect(await readdir(join(folder, 'new'))).toEqual(['results.json']);
    expect(json.dataset).toMatchObject({ name: 'synthetic', synthetic: true, trainRows: 60_000 });
    expect(json.dataset.notice).toContain('SYNTHETIC DATA');
    expect(json.manifest.data).toMatchObject({ kind: 'generator', seed: 0 });
    expect(json.manifest.versions).toEqual({ handful: version, node: process.versions.node });
    expect(json.manifest.options).toMatchObject({ protocol: 'both', clusters: 30, seed: 7, seeds: 2 });
    expect(['native', 'javascript']).toContain(json.backend.backend);
    expect(json.totalSeconds).toBeGreaterThan(0);
    expect(json.peakMemoryBytes).toBeGreaterThan(60_000 * 784);
    const [random, representatives] = json.experiments;
    expect(random).toMatchObject({ name: 'random', protocol: 'notebook', nLabels: 30, rows: 30 });
    expect(random.draws.map((draw: { labelledRows: number[] }) => draw.labelledRows.length)).toEqual([
      30, 30,
    ]);
    expect(representatives).toMatchObject({ name: 'representatives', protocol: 'notebook', nLabels: 30 });
    expect(representatives.labelledRows.length).toBe(30);
    expect(Object.keys(representatives.phases)).toEqual(['clustering', 'representatives', 'fit', 'score']);
  });

  it.skipIf(!fashionMnistFolder)('says where real data came from, to the bit', async () => {
    const file = join(folder, 'real.json');
    const args = [
      '--only',
      'random',
      '--seeds',
      '1',
      '--threads',
      '1',
      '--backend',
      'javascript',
      '--json',
      file,
    ];
    const { code, stdout } = await handful(['notebook', '--data', fashionMnistFolder!, ...args]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^random +notebook +100 +100 +0\.\d{4} +0\.6925 .* 0\.66 s +[\d.]+ x$/m);
    const json = JSON.parse(await readFile(file, 'utf8'));
    expect(json.dataset.notice).toBeUndefined();
    expect(json.backend).toMatchObject({ backend: 'javascript', threads: 1 });
    expect(json.manifest.data.files.map((each: { sha256: string }) => each.sha256)).toContain(
      '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
    );
  });

  it('ends with 130 on Ctrl-C, prints what stood by then and writes no file', async () => {
    const file = join(folder, 'interrupted', 'results.json');
    let interrupted = false;
    const { code, stdout, stderr } = await handful(
      [
        ...['notebook', '--backend', 'javascript', '--only', 'random', 'representatives', '--seeds', '1'],
        ...(fashionMnistFolder ? ['--data', fashionMnistFolder] : ['--dataset', 'synthetic']),
        ...['--json', file],
      ],
      {
        terminal: true,
        onStderr: (stderr, child) => {
          if (!interrupted && stderr.includes('representatives (notebook): '))
            interrupted = child.kill('SIGINT');
        },
      },
    );
    expect(interrupted).toBe(true);
    expect(code).toBe(130);
    expect(stdout).toMatch(/^random +notebook +100 /m);
    expect(stdout).not.toMatch(/^representatives /m);
    expect(stderr).toContain(`nothing is written to ${file}`);
    expect(await readdir(folder)).not.toContain('interrupted');
  });

  it('ends with 2 on bad usage, saying what it expected', async () => {
    for (const [args, words] of [
      [['--protocol', 'right'], 'Expected one of notebook, corrected, both'],
      [['--clusters', 'many'], 'whole number'],
      [['--only', 'ful'], 'Expected one of full'],
      [['--sed', '1'], "Expected an option of this command but received '--sed'"],
      [['--threads', '0'], 'threads'],
      [['--backend', 'fortran'], 'Expected one of native, javascript'],
      [['--clusters', '1'], 'clusters'],
    ] as const) {
      const { code, stdout, stderr } = await handful(['notebook', ...args]);
      expect([args.join(' '), code, stdout]).toEqual([args.join(' '), 2, '']);
      expect(stderr).toContain(words);
      expect(stderr).not.toMatch(/\n {4}at /);
    }
  });

  it('ends with 1 where what the environment asks for can not be had', async () => {
    const { code, stderr } = await handful(['notebook'], {
      env: { HANDFUL_BACKEND: 'javascript', HANDFUL_INSTRUCTION_SET: 'avx2' },
    });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^handful: Only the native backend lets you choose an instruction set/);
  });
});

describe('handful', () => {
  it('tells its version, its commands, their options, examples and exit codes', async () => {
    expect((await handful(['--version'])).stdout).toBe(`${version}\n`);
    const { code, stdout } = await handful(['--help']);
    expect(code).toBe(0);
    for (const word of ['notebook', 'show', 'doctor', 'Examples:', 'Exit codes:', '130']) {
      expect(stdout).toContain(word);
    }
    const notebook = (await handful(['notebook', '--help'])).stdout;
    for (const option of [
      ...['--protocol', '--clusters', '--seed', '--neighbors', '--seeds', '--only', '--json', '--data'],
      ...['--dataset', '--backend', '--threads', '--instruction-set', 'Examples:', 'Exit codes:'],
    ]) {
      expect(notebook).toContain(option);
    }
  });

  it('ends with 2 without a command or with an unknown one', async () => {
    expect((await handful([])).code).toBe(2);
    const { code, stderr } = await handful(['notebok']);
    expect(code).toBe(2);
    expect(stderr).toContain('notebook');
  });
});
