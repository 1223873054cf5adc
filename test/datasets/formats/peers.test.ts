import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Field, FixedSizeList, Float32, Table, tableToIPC, vectorFromArray } from 'apache-arrow';
import { parquetWriteBuffer } from 'hyparquet-writer';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeIdx } from '../../../lib/datasets/idx.ts';
import { loadData, loadDataChunks } from '../../../lib/datasets/load-data.ts';
import { expectError } from '../../support/errors.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-peers-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Uint8Array | string, name: string): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const VECTORS = [
  [1, 2.5],
  [3, 4],
  [5, -6],
];

describe('a Parquet file', () => {
  const bytes = () =>
    new Uint8Array(
      parquetWriteBuffer({
        columnData: [
          { name: 'name', data: ['a', 'b', 'c'], type: 'STRING' },
          { name: 'n', data: [7, 8, 9], type: 'INT32' },
          { name: 'd', data: [0.5, 1.5, 2.5], type: 'DOUBLE' },
          { name: 'label', data: ['x', null, 'y'], type: 'STRING' },
        ],
        rowGroupSize: 2,
      }),
    );

  it('gives its numbers, names and labels, across row groups', async () => {
    const path = await fileOf(bytes(), 'file.parquet');
    const loaded = await loadData(path);
    expect([...loaded.X.data]).toEqual([7, 0.5, 8, 1.5, 9, 2.5]);
    expect(loaded).toMatchObject({ names: ['a', 'b', 'c'], labels: ['x', '', 'y'] });
    expect(loaded.source).toMatchObject({
      format: 'parquet',
      type: 'int32',
      shape: [3, 2],
      columnNames: ['n', 'd'],
    });
    const sizes: number[] = [];
    for await (const { X } of loadDataChunks(path, { chunkRows: 2 })) sizes.push(X.shape[0]);
    expect(sizes).toEqual([2, 1]);
  });

  it('is rejected when cut, or when it is something else', async () => {
    const whole = bytes();
    for (const length of [0, 3, 50, whole.length - 1]) {
      await expectError(
        loadData(await fileOf(whole.subarray(0, length), 'cut.parquet')),
        'ERR_FILE_FORMAT',
        'cut.parquet',
      );
    }
    await expectError(loadData(join(folder, 'missing.parquet')), 'ERR_FILE', 'missing.parquet');
  });

  it('is rejected where its columns are not those of its schema', async () => {
    const damaged = Buffer.from(bytes());
    damaged.write('lapel', damaged.indexOf('label'));
    await expectError(loadData(await fileOf(damaged, 'damaged.parquet')), 'ERR_FILE_FORMAT', 'schema');
  });
});

describe('an Arrow file', () => {
  const table = () =>
    new Table({
      id: vectorFromArray(['a', 'b', 'c']),
      embedding: vectorFromArray(VECTORS, new FixedSizeList(2, new Field('item', new Float32()))),
      n: vectorFromArray(Int32Array.of(7, 8, 9)),
    });

  it.each(['file', 'stream'] as const)('gives its numbers and lists of them, as a %s', async (kind) => {
    const path = await fileOf(tableToIPC(table(), kind), `${kind}.arrow`);
    const { X, names, source } = await loadData(path);
    expect([...X.data]).toEqual([1, 2.5, 7, 3, 4, 8, 5, -6, 9]);
    expect(names).toEqual(['a', 'b', 'c']);
    expect(source.columnNames).toEqual(['embedding[0]', 'embedding[1]', 'n']);
  });

  it('is rejected when it is something else, or not there', async () => {
    await expectError(
      loadData(await fileOf('nothing of the kind', 'bad.arrow')),
      'ERR_FILE_FORMAT',
      'bad.arrow',
    );
    await expectError(loadData(join(folder, 'missing.arrow')), 'ERR_FILE', 'missing.arrow');
  });
});

describe('an IDX file', () => {
  it('gives images, and refuses labels', async () => {
    const path = join(folder, 'train-images-idx3-ubyte.gz');
    await writeIdx(path, { data: Uint8Array.of(0, 51, 102, 255), shape: [2, 1, 2] });
    const { X, image, source } = await loadData(path);
    expect(X).toMatchObject({ shape: [2, 2], scale: 1 / 255 });
    expect(image).toEqual({ height: 1, width: 2, channels: 1 });
    expect(source).toMatchObject({ format: 'idx', type: 'uint8', shape: [2, 1, 2] });
    const odd = join(folder, 'odd.idx');
    await writeIdx(odd, { data: Float64Array.of(1, 1e300), shape: [1, 2] });
    await expectError(loadData(odd), 'ERR_NOT_FINITE', "odd.idx', row 0, column 1");
    const labels = join(folder, 'labels.idx');
    await writeIdx(labels, { data: Uint8Array.of(1, 2), shape: [2] });
    await expectError(loadData(labels), 'ERR_FILE_FORMAT', 'are these the labels?');
  });
});

describe('a folder of images', () => {
  const picture = (width: number, height: number, background: string, format: 'png' | 'jpeg' | 'webp') =>
    sharp({ create: { width, height, channels: 3, background } })
      .toFormat(format, { quality: 100 })
      .toBuffer();

  async function pictures(name: string, files: Record<string, Uint8Array>): Promise<string> {
    const path = join(folder, name);
    for (const [file, bytes] of Object.entries(files)) {
      await mkdir(join(path, file, '..'), { recursive: true });
      await writeFile(join(path, file), bytes);
    }
    return path;
  }

  it('gives them in the order of their names, grey or in colour', async () => {
    const path = await pictures('plain', {
      'b.webp': await picture(3, 2, '#ffffff', 'webp'),
      'a.png': await picture(3, 2, '#ff0000', 'png'),
      'within/c.jpg': await picture(3, 2, '#000000', 'jpeg'),
      'notes.txt': Buffer.from('no image'),
    });
    const grey = await loadData(path);
    expect(grey.names).toEqual(['a.png', 'b.webp', 'within/c.jpg']);
    expect(grey.image).toEqual({ height: 2, width: 3, channels: 1 });
    expect(grey.X).toMatchObject({ shape: [3, 6], scale: 1 / 255 });
    expect([grey.X.data[6], grey.X.data[12]]).toEqual([255, 0]);
    const color = await loadData(path, { color: true });
    expect(color.image).toEqual({ height: 2, width: 3, channels: 3 });
    expect([...color.X.data.subarray(0, 6)]).toEqual([255, 0, 0, 255, 0, 0]);
  });

  it('makes grey, transparent and deep images alike', async () => {
    const path = await pictures('kinds', {
      'a.png': await sharp({ create: { width: 2, height: 2, channels: 4, background: '#ffffff00' } })
        .png()
        .toBuffer(),
      'b.png': await sharp(Buffer.of(0, 85, 170, 255), { raw: { width: 2, height: 2, channels: 1 } })
        .png()
        .toBuffer(),
      'c.png': await sharp(Buffer.of(0, 85, 170, 255), { raw: { width: 2, height: 2, channels: 1 } })
        .toColourspace('grey16')
        .png()
        .toBuffer(),
    });
    const grey = await loadData(path);
    expect([...grey.X.data]).toEqual([0, 0, 0, 0, 0, 85, 170, 255, 0, 85, 170, 255]);
    const color = await loadData(path, { color: true });
    expect([...color.X.data.subarray(12, 18)]).toEqual([0, 0, 0, 85, 85, 85]);
  });

  it('resizes them to a stated size, and refuses unlike ones without it, naming the file', async () => {
    const path = await pictures('sizes', {
      'a.png': await picture(4, 4, '#ffffff', 'png'),
      'b.png': await picture(8, 2, '#ffffff', 'png'),
    });
    const { X } = await loadData(path, { size: [2, 2] });
    expect([...X.data]).toEqual(Array(8).fill(255));
    await expectError(
      loadData(path),
      'ERR_FILE_FORMAT',
      /b\.png' has 2 x 8 pixels, but the first image 4 x 4/,
    );
  });

  it('names a file that is no image, and a folder without any', async () => {
    const path = await pictures('bad', { 'a.png': Buffer.from('no image') });
    await expectError(loadData(path), 'ERR_FILE_FORMAT', 'a.png');
    await expectError(loadData(await pictures('none', { 'a.txt': Buffer.of(1) })), 'ERR_FILE_FORMAT', 'none');
  });
});

describe('loadData', () => {
  it('refuses options that can not be, and files that it can not tell', async () => {
    const path = await fileOf('1,2\n3,4\n', 'file.csv');
    await expectError(
      loadData(path, { sizes: [1, 2] } as never),
      'ERR_INVALID_ARGUMENT',
      "no option 'sizes'",
    );
    await expectError(loadData(path, { size: [0, 1] }), 'ERR_INVALID_ARGUMENT', 'size[0]');
    await expectError(loadData(path, { image: {} }), 'ERR_INVALID_ARGUMENT', 'square images');
    await expectError(loadData(path, { image: { height: 3 } }), 'ERR_INVALID_ARGUMENT', '3 x ?');
    expect((await loadData(path, { image: { height: 1 } })).image).toEqual({
      height: 1,
      width: 2,
      channels: 1,
    });
    await expectError(
      loadData(await fileOf('1 2', 'file.txt')),
      'ERR_FILE_FORMAT',
      /can't be told what .*--format/,
    );
    await expectError(loadData(join(folder, 'missing')), 'ERR_FILE', 'missing');
    await expectError(loadData(Object.create(null)), 'ERR_INVALID_ARGUMENT', 'path');
  });

  it('takes chunks of as many rows as there are, however many were asked for', async () => {
    const path = await fileOf('1,2\n'.repeat(2500), 'file.csv');
    const sizes: number[] = [];
    for await (const { X } of loadDataChunks(path, { chunkRows: 2 ** 40 })) sizes.push(X.shape[0]);
    expect(sizes).toEqual([2500]);
  });

  it.skipIf(process.platform === 'win32')('does not wait for a pipe', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expectError(loadData(pipe, { format: 'csv' }), 'ERR_FILE', 'not a plain file');
  });

  it('stops where its signal says so', async () => {
    const path = await fileOf('1,2\n3,4\n', 'file.csv');
    await expectError(loadData(path, { signal: AbortSignal.abort() }), 'ABORT_ERR');
  });
});
