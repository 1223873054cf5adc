import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sourceFile, sourceFolder } from '../../lib/datasets/source-file.ts';
import { expectError } from '../support/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-source-'));
  await mkdir(join(folder, 'within'));
  await writeFile(join(folder, 'a.png'), 'first');
  await writeFile(join(folder, 'within', 'b c.png'), 'second');
});
afterAll(() => rm(folder, { recursive: true }));

const hash = (text: string) => createHash('sha256').update(text).digest('hex');

describe('what is told of a source', () => {
  it('is the length and the SHA-256 of a file', async () => {
    const path = join(folder, 'a.png');
    expect(await sourceFile(path)).toEqual({ path, bytes: 5, sha256: hash('first') });
  });

  it('is of a folder the sum of the lengths, and the SHA-256 of what sha256sum prints of its files', async () => {
    const printed = `${hash('first')}  a.png\n${hash('second')}  within/b c.png\n`;
    expect(await sourceFolder(folder, ['a.png', 'within/b c.png'])).toEqual({
      path: folder,
      bytes: 11,
      sha256: hash(printed),
    });
  });

  it('is refused where a file is not there', async () => {
    await expectError(sourceFile(join(folder, 'none')), 'ERR_FILE', 'none');
    await expectError(sourceFolder(folder, ['none']), 'ERR_FILE', 'none');
  });
});
