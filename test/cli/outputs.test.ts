import { execFile, execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it, type TestContext, vi } from 'vitest';
import { appendPicks } from '../../lib/cli/append-picks.ts';
import { hasFilledLabels } from '../../lib/cli/filled-labels.ts';
import { checkOutputs } from '../../lib/cli/outputs.ts';
import { runCommandLine } from '../../lib/cli/program.ts';
import { writeWholeFile, writeWholeFileFrom } from '../../lib/core/files.ts';
import { formatCsvLine } from '../../lib/report/kit/csv.ts';
import { handful } from '../support/command-line.ts';
import { expectError } from '../support/errors.ts';

let folder: string;
let count = 0;
let at: (name: string) => string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-outputs-'));
});
afterAll(() => rm(folder, { recursive: true }));
beforeEach(async () => {
  const own = join(folder, String(count++));
  await mkdir(own);
  at = (name) => join(own, name);
});

const isRoot = process.getuid?.() === 0;
const posix = process.platform !== 'win32';

/** Runs work as a user who owns what the test has made, and is not root. */
async function asUser(context: TestContext, work: () => Promise<void>): Promise<void> {
  if (!isRoot) return work();
  if (!process.seteuid) return context.skip('a thread can not give up being root');
  const nobody = 65534;
  await chmod(folder, 0o755);
  for (const name of ['.', ...(await readdir(at('.')))]) await chown(at(name), nobody, nobody);
  process.seteuid(nobody);
  try {
    await work();
  } finally {
    process.seteuid(0);
  }
}

describe('writeWholeFile', () => {
  it('keeps the mode of a file that it replaces', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(0o600, 0o640, 0o644, 0o664, 0o755), async (mode) => {
        await writeFile(at('file'), 'old');
        await chmod(at('file'), mode);
        await writeWholeFile(at('file'), 'new');
        expect((await stat(at('file'))).mode & 0o777).toBe(posix ? mode : expect.any(Number));
      }),
      { numRuns: 10 },
    );
  });

  it.runIf(posix)(
    'follows links, also those to a file that is yet to be, and leaves them links',
    async () => {
      await mkdir(at('real'));
      await symlink('real', at('folder'));
      await symlink('folder/target', at('link'));
      await symlink('link', at('link to the link'));
      for (const content of ['first', 'second']) {
        await writeWholeFile(at('link to the link'), content);
        expect(await readFile(at('real/target'), 'utf8')).toBe(content);
      }
      expect(await readdir(at('real'))).toEqual(['target']);
      await symlink('circle', at('circle'));
      await expectError(writeWholeFile(at('circle'), ''), 'ERR_FILE', 'circle');
    },
  );

  it.runIf(posix)('writes into a pipe, and leaves it a pipe', async () => {
    execFileSync('mkfifo', [at('pipe')]);
    const read = readFile(at('pipe'), 'utf8');
    await writeWholeFileFrom(
      at('pipe'),
      (async function* () {
        yield 'one ';
        yield 'two';
      })(),
    );
    expect(await read).toBe('one two');
    expect((await stat(at('pipe'))).isFIFO()).toBe(true);
  });

  it.runIf(posix)('writes into a socket, and leaves it a socket', async () => {
    let received = '';
    const server = createServer((socket) => socket.on('data', (bytes) => (received += bytes)));
    await new Promise<void>((resolve) => server.listen(at('socket'), resolve));
    await writeWholeFile(at('socket'), 'all of it');
    await expect.poll(() => received).toBe('all of it');
    expect((await stat(at('socket'))).isSocket()).toBe(true);
    await new Promise((resolve) => server.close(resolve));
  });

  it.runIf(posix && isRoot)(
    'writes into a device, and leaves it a device (as root, who may make one)',
    async (context) => {
      try {
        execFileSync('mknod', [at('null'), 'c', '1', '3'], { stdio: 'ignore' });
        await writeFile(at('null'), '');
      } catch {
        return context.skip('this machine allows no device to be made');
      }
      await symlink('null', at('link'));
      await writeWholeFile(at('null'), 'gone');
      await writeWholeFile(at('link'), 'gone');
      expect((await stat(at('null'))).isCharacterDevice()).toBe(true);
    },
  );

  it('refuses a folder, a file in place of a folder and an empty name, and leaves nothing behind', async () => {
    await mkdir(at('folder'));
    await writeFile(at('file'), 'kept');
    await expectError(writeWholeFile(at('folder'), ''), 'ERR_FILE', 'it is a folder');
    await expectError(writeWholeFile(`${at('new')}/`, ''), 'ERR_FILE', 'it is a folder');
    await expectError(writeWholeFile(at('file/in/it'), ''), 'ERR_FILE', 'file');
    await expectError(writeWholeFile('', ''), 'ERR_INVALID_ARGUMENT', 'path');
    expect((await readdir(at('.'))).sort()).toEqual(['file', 'folder']);
    expect(await readFile(at('file'), 'utf8')).toBe('kept');
  });

  it.runIf(posix && !isRoot)('refuses a file that may not be written', async () => {
    await writeFile(at('file'), 'kept');
    await chmod(at('file'), 0o444);
    await expectError(writeWholeFile(at('file'), 'new'), 'ERR_FILE', 'EACCES');
  });
});

describe('an output of a command', () => {
  it('is no input and no other output, under whatever name', async () => {
    await mkdir(at('images'));
    for (const name of ['data', 'images/a.png', 'images/train-images-idx3-ubyte.gz'])
      await writeFile(at(name), '1');
    await symlink(at('data'), at('symbolic'));
    await link(at('data'), at('hard'));
    await symlink(at('images'), at('pictures'));
    const names = ['data', './data', 'images/../data', 'symbolic', 'hard'];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.constantFrom(...names), async (one, other) => {
        const [a, b] = [`${at('.')}/${one}`, `${at('.')}/${other}`];
        await expectError(
          checkOutputs({ '--out': a }, { data: ['none', b] }, {}),
          'ERR_INVALID_ARGUMENT',
          '--out',
        );
        await expectError(
          checkOutputs({ '--json': a, '--html': b }, {}, { force: true }),
          'ERR_INVALID_ARGUMENT',
          'that of --json',
        );
      }),
      { numRuns: 25 },
    );
    const inputs = { data: at('pictures') };
    for (const name of ['images/a.png', 'pictures/new/b.JPG', 'images/train-images-idx3-ubyte.gz']) {
      await expectError(checkOutputs({ '--sheet': at(name) }, inputs, {}), 'ERR_INVALID_ARGUMENT', '--sheet');
    }
    // What is not read may stand beside it.
    await checkOutputs({ '--out': at('images/picks.csv'), '--sheet': at('b.png') }, inputs, {});
    await expectError(
      checkOutputs({ '--out': at('new'), '--json': `${at('.')}/./new` }, {}, {}),
      'ERR_INVALID_ARGUMENT',
    );
  });

  it('is no file of filled labels, whatever it is called and however it is written, unless forced', async () => {
    const label = fc.string({ minLength: 1, maxLength: 8 }).filter((text) => /^[a-z]+$/i.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n', '\r'),
        fc.constantFrom('', '\ufeff', 'sep='),
        fc.option(
          label.map((text) => text),
          { nil: '' },
        ),
        fc.boolean(),
        async (delimiter, end, start, text, utf16) => {
          const header = ['row', 'label', 'note'].join(delimiter);
          const lines = [header, `0${delimiter}${delimiter}x`, `1${delimiter}"${text}"${delimiter}`, ''];
          if (start === 'sep=') lines.unshift(`sep=${delimiter}`);
          const whole = (start === '\ufeff' || utf16 ? '\ufeff' : '') + lines.join(end);
          await writeFile(at('notes'), whole, utf16 ? 'utf16le' : 'utf8');
          expect(await hasFilledLabels(at('notes'))).toBe(text !== '');
          const check = checkOutputs({ '--out': at('notes') }, {}, {});
          if (text === '') await check;
          else await expectError(check, 'ERR_INVALID_ARGUMENT', '--force');
          await checkOutputs({ '--out': at('notes') }, {}, { force: true });
        },
      ),
      { numRuns: 100 },
    );
    await writeFile(at('rows.jsonl'), '{"row":0,"label":""}\n{"row":1,"label":"cat"}\n');
    expect(await hasFilledLabels(at('rows.jsonl'))).toBe(true);
    // Other files have no labels.
    await writeFile(at('report.json'), '{\n  "label": "cat"\n}\n');
    await writeFile(
      at('bytes'),
      Uint8Array.from({ length: 5000 }, (_, i) => i % 251),
    );
    for (const name of ['report.json', 'bytes']) expect(await hasFilledLabels(at(name))).toBe(false);
  });

  it('may be predictions that can be made again, but none of which somebody has corrected a label', async () => {
    const classes = ['cat', 'a "dog", large', 'cow'];
    const rows = fc.array(fc.record({ best: fc.nat(2), share: fc.integer({ min: 34, max: 99 }) }), {
      minLength: 1,
      maxLength: 6,
    });
    await fc.assert(
      fc.asyncProperty(
        rows,
        fc.boolean(),
        fc.option(fc.nat(5), { nil: undefined }),
        async (all, isCsv, corrected) => {
          const lines = all.map(({ best, share }, row) => {
            const probability = share / 100;
            const others = (1 - probability) / 3;
            const each = classes.map((_, c) => (c === best ? probability : others));
            const label = row === corrected ? classes[(best + 1) % 3]! : classes[best]!;
            const probabilities = Object.fromEntries(classes.map((name, c) => [name, each[c]!]));
            return isCsv
              ? formatCsvLine([row, `${row}.png`, label, probability, ...each])
              : `${JSON.stringify({ row, file: `${row}.png`, label, probability, probabilities })}\n`;
          });
          const names = classes.map((name) => `probability_${name}`);
          if (isCsv) lines.unshift(formatCsvLine(['row', 'file', 'label', 'probability', ...names]));
          await writeFile(at('predictions'), lines.join(''));
          const check = checkOutputs({ '--out': at('predictions') }, {}, {});
          if (corrected === undefined || corrected >= all.length) await check;
          else await expectError(check, 'ERR_INVALID_ARGUMENT', '--force');
        },
      ),
      { numRuns: 60 },
    );
    // How sure a person is of a label does not make it a prediction.
    await writeFile(at('sure.csv'), 'row,label,probability\n0,cat,0.9\n');
    expect(await hasFilledLabels(at('sure.csv'))).toBe(true);
  });

  it.runIf(posix)(
    'is refused in one line if it may be written but not read, unless forced',
    async (context) => {
      await writeFile(at('secret.csv'), 'row,label\n0,cat\n');
      await chmod(at('secret.csv'), 0o200);
      await asUser(context, async () => {
        const words = /^The file '.*secret\.csv' can't be read: EACCES[^\n]*$/;
        await expectError(checkOutputs({ '--out': at('secret.csv') }, {}, {}), 'ERR_FILE', words);
        await checkOutputs({ '--out': at('secret.csv') }, {}, { force: true });
      });
    },
  );
});

describe('appendPicks', () => {
  const pick = (row: number) => ({ row, file: `r${row}`, rank: 1, cluster: 1, cluster_size: 2, label: '' });

  it('adds rows in the columns of the file, changes no byte above, and adds none twice', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(',', ';', '\t'),
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.uniqueArray(fc.nat(30), { minLength: 1, maxLength: 8 }),
        async (delimiter, end, ends, rows) => {
          const lines = [
            ['file', 'label', 'row', 'my own'],
            ['r3', 'a "cat"', '3', ''],
            ['r5', '', '', 'why'],
          ];
          const quote = (field: string) => (/["]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field);
          const before =
            lines.map((fields) => fields.map(quote).join(delimiter)).join(end) + (ends ? end : '');
          await writeFile(at('labels'), before);
          const fresh = rows.filter((row) => row !== 3 && row !== 5);
          expect(await appendPicks(at('labels'), rows.map(pick))).toBe(fresh.length);
          const after = await readFile(at('labels'), 'utf8');
          const added = fresh.map((row) => [`r${row}`, '', row, ''].join(delimiter) + end).join('');
          expect(after).toBe(before + (fresh.length === 0 || ends ? '' : end) + added);
        },
      ),
      { numRuns: 60 },
    );
    await writeFile(at('labels.jsonl'), '{"row":1,"label":"cat"}');
    expect(await appendPicks(at('labels.jsonl'), [pick(1), pick(2)])).toBe(1);
    expect(await readFile(at('labels.jsonl'), 'utf8')).toBe(
      '{"row":1,"label":"cat"}\n{"row":2,"label":""}\n',
    );
  });

  it('refuses what it can add no row to, and leaves it as it is', async () => {
    for (const text of ['label\ncat\n', 'a,b\n1,2\n', '']) {
      await writeFile(at('labels'), text);
      await expectError(appendPicks(at('labels'), [pick(1)]), 'ERR_FILE_FORMAT', '--out');
      expect(await readFile(at('labels'), 'utf8')).toBe(text);
    }
  });
});

describe('the command line', () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 2},${(i * 7) % 11},${i}`).join('\n');

  it('destroys nothing that a person made, and adds the next rows to the file of labels', async () => {
    await writeFile(at('d.csv'), `a,b,c\n${rows}\n`);
    const first = await handful(['pick', at('d.csv'), '--budget', '4', '--out', at('l.csv')]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const [header, ...lines] = (await readFile(at('l.csv'), 'utf8')).trimEnd().split('\n');
    const filled = [header, ...lines.map((line, i) => line + ['x', 'y'][i % 2])].join('\n');
    await writeFile(at('l.csv'), filled);
    for (const args of [
      ['pick', at('d.csv'), '--out', at('l.csv')],
      ['pick', at('d.csv'), '--out', at('d.csv')],
      ['train', at('d.csv'), '--labels', at('l.csv'), '--out', at('l.csv')],
      ['train', at('d.csv'), '--labels', at('l.csv'), '--out', at('m'), '--json', at('l.csv'), '--force'],
    ]) {
      const { code, stdout, stderr } = await handful(args);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(
        /^handful: Expected another file for --.* \(handful (pick|train) --help tells more\)\n$/,
      );
    }
    expect(await readFile(at('l.csv'), 'utf8')).toBe(filled);
    expect((await readdir(at('.'))).sort()).toEqual(['d.csv', 'l.csv']);
    const more = ['pick', at('d.csv'), '--budget', '3', '--already', at('l.csv'), '--out', at('l.csv')];
    expect(await handful(more)).toMatchObject({ code: 0, stderr: '' });
    const after = await readFile(at('l.csv'), 'utf8');
    expect(after.startsWith(`${filled}\n`)).toBe(true);
    expect(after.trimEnd().split('\n').length).toBe(8);
  });

  it('speaks with one voice of what is wrong with its arguments, and names the help of the command', async () => {
    for (const [args, message] of [
      [['pick'], 'Expected an argument <data> (handful pick --help tells more)'],
      [
        ['pick', 'd', '--budget', 'x'],
        "Expected a whole number for --budget <count> but received 'x' (handful pick --help tells more)",
      ],
      [['train', 'd'], 'Expected the option --out <file> (handful train --help tells more)'],
      [
        ['pick', 'd', '--bugdet', '3'],
        "Expected an option of this command but received '--bugdet' (Did you mean --budget?) (handful pick --help tells more)",
      ],
      [['pic'], "Expected a command but received 'pic' (Did you mean pick?) (handful --help tells more)"],
      [['pick', 'd', '--out'], 'Expected a value for --out <file> (handful pick --help tells more)'],
      [['pick', 'a', 'b'], 'Expected 1 argument but received 2 (handful pick --help tells more)'],
      [
        ['show', 'x'],
        "Expected a whole number for <index> but received 'x' (handful show --help tells more)",
      ],
      [
        ['pick', 'd', '--out', ''],
        'Expected another file for --out: its path is empty (handful pick --help tells more)',
      ],
    ] as const) {
      const stderr = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
      expect(await runCommandLine(args)).toBe(2);
      expect(stderr.mock.calls).toEqual([[`handful: ${message}\n`]]);
      stderr.mockRestore();
    }
  });

  it.runIf(process.platform === 'linux')(
    'says in one line that standard output is full, and fails',
    async () => {
      await writeFile(at('d.csv'), `a,b,c\n${rows}\n`);
      for (const args of [
        '--help',
        'doctor',
        `pick ${at('d.csv')} --budget 4`,
        'show 0 --dataset synthetic --ascii',
      ]) {
        const script = `exec ${process.execPath} --import tsx lib/cli/main.ts ${args} >/dev/full`;
        const failed = await new Promise<{ code: number; stderr: string }>((resolve) =>
          execFile('sh', ['-c', script], (error, _, stderr) =>
            resolve({ code: Number(error?.code ?? 0), stderr }),
          ),
        );
        expect(failed.code).toBe(1);
        expect(failed.stderr).toMatch(/^handful: The standard output can't be written: ENOSPC[^\n]*\n$/);
      }
    },
  );

  it.runIf(posix)('cleans up after SIGTERM and SIGHUP as after Ctrl-C', async () => {
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
      ['SIGHUP', 129],
    ] as const) {
      const stopped = await handful(
        ['compare', '--dataset', 'synthetic', '--no-cache', '--json', at('x.json')],
        {
          terminal: true,
          onStderr: (stderr, child) => {
            if (!child.killed && stderr.includes('run 1 of')) child.kill(signal);
          },
        },
      );
      expect(stopped.code).toBe(code);
      expect(stopped.stderr).toContain('handful: interrupted\n');
    }
    expect(await readdir(at('.'))).toEqual([]);
  });
});
