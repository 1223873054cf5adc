import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeIdx } from '../../lib/datasets/idx.ts';
import { loadLabels } from '../../lib/datasets/load-labels.ts';
import { expectError } from '../support/errors.ts';
import { npyBytes } from '../support/npy.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-array-labels-'));
});
afterAll(() => rm(folder, { recursive: true }));

const bytesOf = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** The label of each row of an array file, `''` for none. */
async function labelsIn(bytes: Uint8Array, rows: number): Promise<string[]> {
  const path = join(folder, 'labels.npy');
  await writeFile(path, bytes);
  const names = Array.from({ length: rows }, (_, row) => String(row));
  const found = await loadLabels(path, names);
  const all = Array(rows).fill('');
  for (const [i, row] of found.rows.entries()) all[row] = found.labels[i];
  return all;
}

const labelsOf = (descr: string, array: ArrayBufferView & { length: number }) =>
  labelsIn(npyBytes({ descr, shape: [array.length], bytes: bytesOf(array) }), array.length);

describe('labels in an NPY array', () => {
  it('are exact for integers of every width, in either order of bytes', async () => {
    expect(await labelsOf('<i8', BigInt64Array.of(20240000001n, 20240000002n, -(2n ** 63n)))).toEqual([
      '20240000001',
      '20240000002',
      '-9223372036854775808',
    ]);
    expect(await labelsOf('<u8', BigUint64Array.of(2n ** 64n - 1n, 1n))).toEqual([
      '18446744073709551615',
      '1',
    ]);
    expect(await labelsOf('<i4', Int32Array.of(123456789, 123456790))).toEqual(['123456789', '123456790']);
    expect(await labelsOf('|b1', Uint8Array.of(0, 1))).toEqual(['0', '1']);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.bigInt(-(2n ** 63n), 2n ** 63n - 1n), { minLength: 1 }),
        async (labels) => {
          const bytes = bytesOf(BigInt64Array.from(labels));
          const shape = [labels.length];
          const texts = labels.map(String);
          expect(await labelsIn(npyBytes({ descr: '<i8', shape, bytes }), labels.length)).toEqual(texts);
          const turned = npyBytes({ descr: '>i8', shape, bytes: Buffer.from(bytes).swap64() });
          expect(await labelsIn(turned, labels.length)).toEqual(texts);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('are the shortest decimals of floats', async () => {
    expect(await labelsOf('<f4', Float32Array.of(0.1, 1, 2.5, 1e-10))).toEqual(['0.1', '1', '2.5', '1e-10']);
    expect(await labelsOf('<f8', Float64Array.of(0.1, -3, 1 / 3))).toEqual([
      '0.1',
      '-3',
      '0.3333333333333333',
    ]);
    expect(await labelsOf('<f2', Uint16Array.of(0x2e66, 0x3c00, 0x0001))).toEqual(['0.1', '1', '6e-8']);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.float({ noNaN: true }), { minLength: 1 }), async (values) => {
        const labels = await labelsOf('<f4', Float32Array.from(values));
        expect(labels.map((label) => Math.fround(Number(label)))).toEqual(values.map((value) => value + 0));
      }),
      { numRuns: 30 },
    );
  });

  it('are none for NaN', async () => {
    expect(await labelsOf('<f8', Float64Array.of(0, Number.NaN, 1))).toEqual(['0', '', '1']);
    expect(await labelsOf('<f4', Float32Array.of(Number.NaN, 1))).toEqual(['', '1']);
    expect(await labelsOf('<f2', Uint16Array.of(0x7e00, 0x3c00))).toEqual(['', '1']);
  });

  it('may be text of a fixed length', async () => {
    const points = Uint32Array.from([...'cat\0dog\0é😀\0\0'], (letter) => letter.codePointAt(0)!);
    const expected = ['cat', 'dog', 'é😀'];
    const shape = [3];
    expect(await labelsIn(npyBytes({ descr: '<U4', shape, bytes: bytesOf(points) }), 3)).toEqual(expected);
    const turned = bytesOf(points).swap32();
    expect(await labelsIn(npyBytes({ descr: '>U4', shape, bytes: turned }), 3)).toEqual(expected);
    const bytes = Buffer.from('cat\0dog\0\0\0\0\0');
    expect(await labelsIn(npyBytes({ descr: '|S4', shape, bytes: bytes.subarray(0, 12) }), 3)).toEqual([
      'cat',
      'dog',
      '',
    ]);
  });

  it('are refused as objects, with what makes text of them', async () => {
    const bytes = npyBytes({ descr: '|O', shape: [1], bytes: new Uint8Array(8) });
    await expectError(labelsIn(bytes, 1), 'ERR_FILE_FORMAT', /astype\(str\)/);
  });
});

describe('labels in an IDX array', () => {
  it('are exact integers, shortest floats, and none for NaN', async () => {
    const path = join(folder, 'labels.idx');
    await writeIdx(path, { data: Float32Array.of(0.1, Number.NaN), shape: [2] });
    expect(await loadLabels(path, ['0', '1'])).toMatchObject({ labels: ['0.1'] });
    await writeIdx(path, { data: Int32Array.of(123456789, -1), shape: [2] });
    expect((await loadLabels(path, ['0', '1'])).labels).toEqual(['123456789', '-1']);
  });
});
