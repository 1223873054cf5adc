import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { PNG } from 'pngjs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { addShowCommand } from '../../lib/cli/show.ts';
import { loadSyntheticGarments } from '../../lib/datasets/synthetic.ts';
import { expectError } from '../support/errors.ts';

// The whole synthetic set takes seconds to draw: a small one does for looking at.
vi.mock('../../lib/datasets/load-dataset.ts', async (original) => ({
  ...(await original<object>()),
  loadDataset: () => loadSyntheticGarments({ train: 30, test: 20 }),
}));

let folder: string;
let output: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-show-'));
});
beforeEach(() => {
  output = '';
  vi.stubEnv('FORCE_COLOR', undefined);
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    output += text;
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});
afterAll(() => rm(folder, { recursive: true }));

async function show(...args: string[]): Promise<void> {
  const program = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addShowCommand(program);
  program.commands.forEach((command) => {
    command.exitOverride();
  });
  await program.parseAsync(['show', ...args], { from: 'user' });
}

describe('handful show', () => {
  it('draws training images with index, label and name of the class', async () => {
    const { train, classNames } = await loadSyntheticGarments({ train: 30, test: 1 });
    await show('4', '29');
    for (const row of [4, 29]) {
      expect(output).toContain(`train ${row}: ${train.labels[row]} ${classNames[train.labels[row]!]}`);
    }
    expect(output).toMatch(/[-=+*]{5}/);
  });

  it('draws test images where asked to', async () => {
    const { test, classNames } = await loadSyntheticGarments({ train: 1, test: 20 });
    await show('7', '--split', 'test');
    expect(output).toContain(`test 7: ${test.labels[7]} ${classNames[test.labels[7]!]}`);
  });

  it('says first that synthetic images are synthetic', async () => {
    await show('0');
    expect(output).toMatch(/^SYNTHETIC DATA/);
  });

  it('draws without colour where the output is no terminal, and as it is told', async () => {
    await show('0');
    expect(output).not.toContain('\x1b');
    output = '';
    await show('0', '--colors', 'truecolor');
    expect(output).toMatch(/38;2;\d+;\d+;\d+;48;2;\d+;\d+;\d+m▀/);
    output = '';
    await show('0', '--colors', '256');
    expect(output).toMatch(/38;5;\d+;48;5;\d+m▀/);
    output = '';
    await show('0', '--colors', '256', '--ascii');
    expect(output).not.toContain('\x1b');
  });

  it('puts as many side by side as it is told', async () => {
    const captionLines = () => output.split('\n').filter((line) => line.includes('train ')).length;
    await show('0', '1', '2', '3', '--columns', '4');
    expect(captionLines()).toBe(1);
    output = '';
    await show('0', '1', '2', '3', '--columns', '1');
    expect(captionLines()).toBe(4);
  });

  it('writes a contact sheet instead, and prints the captions', async () => {
    const file = join(folder, 'sheet.png');
    await show('0', '1', '2', '--png', file, '--columns', '3');
    const { width, height } = PNG.sync.read(await readFile(file));
    expect([width, height]).toEqual([3 * (28 * 4 + 8) + 8, 28 * 4 + 16]);
    expect(output.match(/^train [012]: \d [A-Z]/gm)?.length).toBe(3);
    expect(await readdir(folder)).toEqual(['sheet.png']);
  });

  it('refuses an image that is not there, telling which are', async () => {
    await expectError(show('30'), 'ERR_INVALID_ARGUMENT', 'from 0 to 29 for an index into the train images');
    await expectError(show('20', '--split', 'test'), 'ERR_INVALID_ARGUMENT', 'from 0 to 19');
    await expectError(show('0', '--columns', '0'), 'ERR_INVALID_ARGUMENT', '--columns');
    expect(output).toBe('');
  });

  it.each([['x'], ['-1'], ['1.5'], ['0', '--split', 'both'], ['0', '--colors', 'two'], []])(
    'refuses the arguments %s',
    async (...args) => {
      await expect(show(...args)).rejects.toMatchObject({ code: expect.stringMatching(/^commander\./) });
    },
  );

  it('fails with the name of a file that can not be written', async () => {
    await expectError(show('0', '--png', join(folder, 'sheet.png', 'under.png')), 'ERR_FILE', 'under.png');
  });
});
