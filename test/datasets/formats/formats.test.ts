import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DATA_FORMATS, FORMATS, formatOf } from '../../../lib/datasets/formats/index.ts';
import { loadLabels } from '../../../lib/datasets/load-labels.ts';
import { expectError } from '../../support/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-formats-'));
});
afterAll(() => rm(folder, { recursive: true }));

const endings = DATA_FORMATS.flatMap((name) => FORMATS[name].endings.map((ending) => ({ name, ending })));

describe('the formats', () => {
  it('share no ending', () => {
    expect(new Set(endings.map(({ ending }) => ending)).size).toBe(endings.length);
  });

  it('are told by the endings of names, in any case, packed or not', async () => {
    const letters = fc.stringMatching(/^[a-z0-9_-]{1,8}(\.[a-z0-9]{1,4})?$/);
    await fc.assert(
      fc.asyncProperty(
        letters,
        fc.constantFrom(...endings),
        fc.boolean(),
        fc.boolean(),
        async (stem, { name, ending }, isUpper, isPacked) => {
          const written = isUpper ? ending.toUpperCase() : ending;
          const path = join(folder, `${stem}.${written}${isPacked ? '.gz' : ''}`);
          await writeFile(path, '');
          expect(await formatOf(path)).toBe(name);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('are all listed, with their endings, for a file that is none of them', async () => {
    const path = join(folder, 'notes.txt');
    await writeFile(path, 'one, two');
    await expectError(() => formatOf(path), 'ERR_FILE_FORMAT', '.npy, .npz');
    await expectError(() => formatOf(path), 'ERR_FILE_FORMAT', '.arrows or .feather');
  });

  it('that hold labels are listed for a file of another format', async () => {
    const path = join(folder, 'labels.npz');
    await writeFile(path, 'PK');
    const those = 'expected a file of NPY, CSV, TSV, JSON lines, IDX, Parquet or Arrow';
    await expectError(() => loadLabels(path, ['0']), 'ERR_FILE_FORMAT', those);
  });
});
