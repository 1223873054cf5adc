import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadData, loadDataChunks } from '../../../lib/datasets/load-data.ts';
import { expectError } from '../../support/errors.ts';
import { npyBytes } from '../../support/npy.ts';
import { zipBytes } from '../../support/zip.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-npy-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function fileOf(bytes: Uint8Array, name = 'file.npy'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const bytesOf = (array: ArrayBufferView) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

/** Types as NumPy calls them, with an array that holds them and values that single precision holds too. */
const small = fc.integer({ min: 0, max: 127 });
const TYPES = {
  '|u1': { of: (values: number[]) => Uint8Array.from(values), values: fc.integer({ min: 0, max: 255 }) },
  '|i1': { of: (values: number[]) => Int8Array.from(values), values: fc.integer({ min: -128, max: 127 }) },
  '|b1': { of: (values: number[]) => Uint8Array.from(values), values: fc.integer({ min: 0, max: 1 }) },
  '<i2': { of: (values: number[]) => Int16Array.from(values), values: small },
  '<u2': { of: (values: number[]) => Uint16Array.from(values), values: small },
  '<i4': { of: (values: number[]) => Int32Array.from(values), values: small },
  '<i8': { of: (values: number[]) => BigInt64Array.from(values.map(BigInt)), values: small },
  '<f4': {
    of: (values: number[]) => Float32Array.from(values),
    values: fc.float({ noDefaultInfinity: true, noNaN: true }),
  },
  '<f8': {
    of: (values: number[]) => Float64Array.from(values),
    values: fc.float({ noDefaultInfinity: true, noNaN: true }),
  },
};

const cases = fc
  .tuple(
    fc.constantFrom(...(Object.keys(TYPES) as (keyof typeof TYPES)[])),
    fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 2, maxLength: 3 }),
  )
  .chain(([descr, shape]) => {
    const length = shape.reduce((product, each) => product * each, 1);
    const { of, values } = TYPES[descr];
    return fc
      .array(values as fc.Arbitrary<number>, { minLength: length, maxLength: length })
      .map((numbers) => ({ descr, shape, numbers, bytes: bytesOf(of(numbers)) }));
  });

describe('an NPY file', () => {
  it('gives its rows whatever its type, in one piece and in chunks', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ descr, shape, numbers, bytes }) => {
        const path = await fileOf(npyBytes({ descr, shape, bytes }));
        const { X, source, names } = await loadData(path, { image: false });
        expect([...X.data]).toEqual(numbers);
        expect(X.shape).toEqual([shape[0], numbers.length / shape[0]!]);
        expect(source.shape).toEqual(shape);
        expect(names).toEqual(Array.from({ length: shape[0]! }, (_, i) => String(i)));
        const chunked: number[] = [];
        for await (const chunk of loadDataChunks(path, { image: false, chunkRows: 2 })) {
          expect(chunk.X.shape[0]).toBeLessThanOrEqual(2);
          chunked.push(...chunk.X.data);
        }
        expect(chunked).toEqual(numbers);
      }),
      { numRuns: 60 },
    );
  });

  it("gives the same rows in Fortran's order and with its bytes turned round", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ descr, shape, numbers, bytes }) => {
        const [rows, height, width = 1] = shape as [number, number, number?];
        const element = bytes.length / numbers.length;
        const fortran = Buffer.alloc(bytes.length);
        let to = 0;
        for (let x = 0; x < width; x++)
          for (let y = 0; y < height; y++)
            for (let row = 0; row < rows; row++) {
              const from = ((row * height + y) * width + x) * element;
              bytes.copy(fortran, to, from, from + element);
              to += element;
            }
        const turned = Buffer.from(fortran);
        if (element === 2) turned.swap16();
        if (element === 4) turned.swap32();
        if (element === 8) turned.swap64();
        for (const array of [
          { descr, shape, bytes: fortran, fortranOrder: true },
          { descr: descr.replace('<', '>'), shape, bytes: turned, fortranOrder: true },
        ]) {
          const { X } = await loadData(await fileOf(npyBytes(array)), { image: false });
          expect([...X.data]).toEqual(numbers);
        }
      }),
      { numRuns: 40 },
    );
  });

  it('holds halves of every kind: normal, subnormal, signed, largest', async () => {
    const halves = Uint16Array.of(0x3c00, 0xc000, 0x3555, 0x0001, 0x8000, 0x7bff);
    const path = await fileOf(npyBytes({ descr: '<f2', shape: [2, 3], bytes: bytesOf(halves) }));
    const { X, source } = await loadData(path);
    expect([...X.data]).toEqual([1, -2, Math.fround(0.333251953125), 2 ** -24, -0, 65504]);
    expect(source.type).toBe('float16');
  });

  it('tells images from its lengths, channels last or before the height, and scales them', async () => {
    const bytes = Uint8Array.from({ length: 24 }, (_, i) => i);
    const grey = await loadData(await fileOf(npyBytes({ descr: '|u1', shape: [4, 2, 3], bytes })));
    expect(grey.image).toEqual({ height: 2, width: 3, channels: 1 });
    expect(grey.X).toMatchObject({ shape: [4, 6], scale: 1 / 255 });
    const last = await loadData(await fileOf(npyBytes({ descr: '|u1', shape: [1, 2, 4, 3], bytes })));
    expect(last.image).toEqual({ height: 2, width: 4, channels: 3 });
    expect([...last.X.data]).toEqual([...bytes]);
    const before = await loadData(await fileOf(npyBytes({ descr: '|u1', shape: [1, 3, 2, 4], bytes })));
    // NCHW with at most four columns looks like NHWC, which comes first.
    expect(before.image).toEqual({ height: 3, width: 2, channels: 4 });
    const wide = Uint8Array.from({ length: 30 }, (_, i) => i);
    const planes = await loadData(await fileOf(npyBytes({ descr: '|u1', shape: [1, 3, 2, 5], bytes: wide })));
    expect(planes.image).toEqual({ height: 2, width: 5, channels: 3 });
    expect([...planes.X.data.subarray(0, 6)]).toEqual([0, 10, 20, 1, 11, 21]);
  });

  it('takes floats above 1 for images of bytes, others as they are, and what it is told before that', async () => {
    const array = (values: number[]) =>
      npyBytes({ descr: '<f4', shape: [1, 2, 2], bytes: bytesOf(Float32Array.from(values)) });
    expect((await loadData(await fileOf(array([0, 1, 2, 255])))).X.scale).toBe(1 / 255);
    expect((await loadData(await fileOf(array([0, 1, 0.5, 0])))).X.scale).toBeUndefined();
    expect((await loadData(await fileOf(array([0, 1, 2, 255])), { scale: 0.5 })).X.scale).toBe(0.5);
    expect((await loadData(await fileOf(array([0, 1, 2, 255])), { image: false })).X.scale).toBeUndefined();
  });

  it('leaves images of bool at scale 1, and says how to do so for bytes that are 0 and 1 alone', async () => {
    const bytes = Uint8Array.of(0, 1, 1, 0);
    const bool = await loadData(await fileOf(npyBytes({ descr: '|b1', shape: [1, 2, 2], bytes })));
    expect(bool.X.scale).toBeUndefined();
    expect(bool.notices).toEqual([]);
    const path = await fileOf(npyBytes({ descr: '|u1', shape: [1, 2, 2], bytes }));
    const uint8 = await loadData(path);
    expect(uint8.X.scale).toBe(1 / 255);
    expect(uint8.notices).toEqual([expect.stringContaining('--scale 1')]);
    expect((await loadData(path, { scale: 1 })).notices).toEqual([]);
  });

  it('is read if its header has double quotes', async () => {
    const whole = npyBytes({ descr: '|u1', shape: [2, 2], bytes: Uint8Array.of(1, 2, 3, 4) });
    const quoted = Buffer.from(whole.toString('latin1').replaceAll("'", '"'), 'latin1');
    expect([...(await loadData(await fileOf(quoted))).X.data]).toEqual([1, 2, 3, 4]);
  });

  it('is rejected in few words if its header is long', async () => {
    const whole = npyBytes({ descr: '|u1', shape: [1], bytes: Uint8Array.of(1) });
    const long = 'x'.repeat(60_000);
    const head = Buffer.from(whole.subarray(0, 10));
    head.writeUInt16LE(long.length, 8);
    const file = await fileOf(Buffer.concat([head, Buffer.from(long)]));
    const error = await loadData(file).catch((thrown) => thrown);
    expect(error.code).toBe('ERR_FILE_FORMAT');
    expect(error.message.length).toBeLessThan(600);
  });

  it('is out of memory, not out of words, if its rows are larger than any array', async () => {
    const path = await fileOf(npyBytes({ descr: '<f8', shape: [1, 2 ** 33], bytes: new Uint8Array(0) }));
    const { size } = await stat(path);
    await truncate(path, size + 2 ** 36);
    await expectError(loadData(path), 'ERR_OUT_OF_MEMORY', 'bytes of the file');
  });

  it('is rejected as a pointer of Git LFS', async () => {
    const pointer = Buffer.from(
      `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`,
    );
    for (const name of ['file.npy', 'file.npz', 'file.csv', 'file.parquet', 'file.idx']) {
      await expectError(loadData(await fileOf(pointer, name)), 'ERR_FILE_FORMAT', 'git lfs pull');
    }
  });

  it('is rejected when cut at any byte, or with bytes behind', async () => {
    const whole = npyBytes({ descr: '<f4', shape: [3, 2], bytes: bytesOf(new Float32Array(6)) });
    for (let length = 0; length < whole.length; length++) {
      await expectError(loadData(await fileOf(whole.subarray(0, length))), 'ERR_FILE_FORMAT', 'file.npy');
    }
    await expectError(
      loadData(await fileOf(Buffer.concat([whole, Buffer.of(0)]))),
      'ERR_FILE_FORMAT',
      '1 trailing bytes',
    );
  });

  it('is rejected where its head says what can not be', async () => {
    const bytes = new Uint8Array(8);
    const rejected = async (array: Parameters<typeof npyBytes>[0], words: string | RegExp) =>
      expectError(loadData(await fileOf(npyBytes(array))), 'ERR_FILE_FORMAT', words);
    await rejected({ descr: '<c8', shape: [1, 1], bytes }, /type '<c8'.*real numbers/);
    await rejected({ descr: '|O', shape: [1, 1], bytes }, /type '\|O'/);
    await rejected({ descr: '|u1', shape: [8], bytes }, /shape is \(8\).*two lengths/);
    await rejected({ descr: '|u1', shape: [0, 8], bytes: new Uint8Array(0) }, 'nothing in it');
    await rejected({ descr: '|u1', shape: [1, 8, 8, 8], bytes }, 'at most 4');
    await rejected({ descr: '<f8', shape: [2 ** 40, 2 ** 20], bytes }, 'cut short');
    await rejected({ descr: '<f8', shape: [1e6, 1e3], bytes }, 'cut short');
    const wrong = npyBytes({ descr: '|u1', shape: [1, 8], bytes });
    for (let i = 0; i < 7; i++) {
      const damaged = Buffer.from(wrong);
      damaged[i]! ^= 0x40;
      await expectError(loadData(await fileOf(damaged)), 'ERR_FILE_FORMAT', 'NUMPY');
    }
  });

  it('is rejected for a value that is no number, naming its row and column', async () => {
    for (const [value, descr, of] of [
      [Number.NaN, '<f4', Float32Array],
      [-Infinity, '<f8', Float64Array],
      [1e300, '<f8', Float64Array],
    ] as const) {
      const path = await fileOf(
        npyBytes({ descr, shape: [3, 2], bytes: bytesOf(of.of(0, 0, 0, 0, 0, value)) }),
      );
      await expectError(loadData(path), 'ERR_NOT_FINITE', /file\.npy', row 2, column 1/);
    }
  });
});

describe('an NPZ file', () => {
  const array = (first: number) =>
    npyBytes({ descr: '|u1', shape: [2, 2], bytes: Uint8Array.of(first, 1, 2, 3) });

  it('gives the array that it is asked for, stored or compressed', async () => {
    for (const compress of [false, true]) {
      const both = await fileOf(zipBytes({ 'a.npy': array(7), 'b.npy': array(9) }, compress), 'both.npz');
      expect([...(await loadData(both, { array: 'b' })).X.data]).toEqual([9, 1, 2, 3]);
      await expectError(loadData(both), 'ERR_INVALID_ARGUMENT', 'it has a, b');
      await expectError(loadData(both, { array: 'c' }), 'ERR_INVALID_ARGUMENT', "no array 'c': it has a, b");
    }
  });

  it('gives its only array, or that called X, where none is asked for', async () => {
    const one = await fileOf(zipBytes({ 'arr_0.npy': array(5) }, true), 'one.npz');
    expect((await loadData(one)).X.data[0]).toBe(5);
    const named = await fileOf(zipBytes({ 'y.npy': array(4), 'X.npy': array(6) }, true), 'named.npz');
    expect((await loadData(named)).X.data[0]).toBe(6);
  });

  it('names some of its arrays, not all 6,000', async () => {
    const arrays = Object.fromEntries(Array.from({ length: 6_000 }, (_, i) => [`a${i}.npy`, Buffer.of(1)]));
    const bytes = zipBytes(arrays, false);
    const error = await loadData(await fileOf(bytes, 'many.npz')).catch((thrown) => thrown);
    expect(error.code).toBe('ERR_INVALID_ARGUMENT');
    expect(error.message).toContain('6000 in all');
    expect(error.message.length).toBeLessThan(600);
  });

  it('is rejected before memory is taken if it claims more than its bytes unpack to', async () => {
    const claimed = 3 * 2 ** 30;
    const head = npyBytes({ descr: '|u1', shape: [1, claimed - 128], bytes: new Uint8Array(0) });
    const bytes = zipBytes({ 'X.npy': head }, true);
    // The size in the directory, then that in front of the file.
    bytes.writeUInt32LE(claimed, bytes.indexOf('PK\x01\x02') + 24);
    bytes.writeUInt32LE(claimed, 22);
    await expectError(loadData(await fileOf(bytes, 'liar.npz')), 'ERR_FILE_FORMAT', 'is damaged');
  });

  it('is rejected when cut anywhere, or damaged in its data', async () => {
    for (const compress of [false, true]) {
      const whole = zipBytes({ 'X.npy': array(7) }, compress);
      for (let length = 0; length < whole.length; length += 3) {
        await expectError(
          loadData(await fileOf(whole.subarray(0, length), 'cut.npz')),
          'ERR_FILE_FORMAT',
          'cut.npz',
        );
      }
    }
    const stored = zipBytes({ 'X.npy': array(7) }, false);
    const damaged = Buffer.from(stored);
    damaged[damaged.indexOf(Buffer.of(7, 1, 2, 3))]! ^= 1;
    await expectError(loadData(await fileOf(damaged, 'damaged.npz')), 'ERR_FILE_FORMAT', 'checksum');
  });
});
