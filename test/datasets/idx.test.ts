import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatIdx, type IdxArray, parseIdx, readIdx, writeIdx } from '../../lib/datasets/idx.ts';
import { mountSmallDisk } from '../support/small-disk.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-idx-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes raw bytes under a fresh name and gives its path. */
async function fileOf(bytes: Uint8Array, name = 'file.idx'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

const formatFault = (message: RegExp) =>
  expect.objectContaining({ code: 'ERR_FILE_FORMAT', message: expect.stringMatching(message) });

const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 5 });
const types = [Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array] as const;

/** Arrays of any type, any bits (NaN payloads included) and any shape. */
const arrays: fc.Arbitrary<IdxArray> = fc.tuple(fc.constantFrom(...types), shapes).chain(([type, shape]) => {
  const bytes = shape.reduce((total, length) => total * length, 1) * type.BYTES_PER_ELEMENT;
  return fc
    .uint8Array({ minLength: bytes, maxLength: bytes })
    .map((content) => ({ data: new type(content.slice().buffer), shape }));
});

const bits = ({ data }: IdxArray) =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex');

describe('an IDX file', () => {
  it('reads back as it was written, for every type and shape, plain and gzipped', async () => {
    await fc.assert(
      fc.asyncProperty(arrays, fc.constantFrom('a.idx', 'a.idx.gz'), async (array, name) => {
        const path = join(folder, name);
        await writeIdx(path, array);
        const read = await readIdx(path);
        expect(read.shape).toEqual(array.shape);
        expect(read.data.constructor).toBe(array.data.constructor);
        expect(bits(read)).toBe(bits(array));
      }),
      { numRuns: 100 },
    );
  });

  it('holds its elements in big-endian order after a header of type and lengths', () => {
    expect([...formatIdx({ data: Int16Array.of(1, -2), shape: [2, 1] })]).toEqual([
      0, 0, 0x0b, 2, 0, 0, 0, 2, 0, 0, 0, 1, 0, 1, 0xff, 0xfe,
    ]);
    expect([...formatIdx({ data: Float32Array.of(1.5), shape: [1] })]).toEqual([
      0, 0, 0x0d, 1, 0, 0, 0, 1, 0x3f, 0xc0, 0, 0,
    ]);
  });

  it('is compressed where its name ends in .gz, and recognised whatever its name', async () => {
    const array = { data: Uint8Array.of(1, 2, 3), shape: [3] };
    const path = join(folder, 'named.gz');
    await writeIdx(path, array);
    const packed = await readFile(path);
    expect(packed.subarray(0, 2)).toEqual(Buffer.of(0x1f, 0x8b));
    expect(await readIdx(await fileOf(packed, 'misnamed.idx'))).toEqual(array);
  });

  it('leaves the array that is written, and the bytes that are parsed, as they were', () => {
    const array = { data: Int32Array.of(1, 2), shape: [2] };
    const bytes = formatIdx(array);
    const before = [...bytes];
    parseIdx(bytes);
    expect([...bytes]).toEqual(before);
    expect(array.data).toEqual(Int32Array.of(1, 2));
  });

  it('gives each array a buffer of its own, even a tiny one', async () => {
    for (const name of ['own.idx', 'own.gz']) {
      const path = join(folder, name);
      await writeIdx(path, { data: Uint8Array.of(7), shape: [1] });
      const [a, b] = [await readIdx(path), await readIdx(path)];
      expect(a.data.buffer).not.toBe(b.data.buffer);
      structuredClone(a.data, { transfer: [a.data.buffer as ArrayBuffer] });
      expect(b.data).toEqual(Uint8Array.of(7));
    }
  });

  it('leaves no temporary file behind, neither when it is written nor when it can not be', async () => {
    const place = join(folder, 'clean');
    await mkdir(join(place, 'taken'), { recursive: true });
    await writeIdx(join(place, 'a.idx'), { data: Uint8Array.of(1), shape: [1] });
    await expect(
      writeIdx(join(place, 'taken'), { data: Uint8Array.of(1), shape: [1] }),
    ).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringContaining('taken'),
    });
    expect((await readdir(place)).sort()).toEqual(['a.idx', 'taken']);
  });
});

describe('a file that is not one IDX array', () => {
  const whole = formatIdx({ data: Uint8Array.from({ length: 12 }, (_, i) => i), shape: [3, 2, 2] });

  it('is rejected when cut at any byte', async () => {
    for (let length = 0; length < whole.length; length++) {
      await expect(readIdx(await fileOf(whole.subarray(0, length)))).rejects.toEqual(
        formatFault(/file\.idx/),
      );
    }
  });

  it('is rejected when cut at any byte of its compressed form', async () => {
    const packed = gzipSync(whole);
    for (let length = 0; length < packed.length; length++) {
      await expect(readIdx(await fileOf(packed.subarray(0, length)))).rejects.toEqual(
        formatFault(/file\.idx/),
      );
    }
  });

  it('is rejected when anything trails it: plain, within the compressed data or after it', async () => {
    const trailing = formatFault(/trailing bytes/);
    const long = Buffer.concat([whole, Buffer.of(0)]);
    await expect(readIdx(await fileOf(long))).rejects.toEqual(trailing);
    await expect(readIdx(await fileOf(gzipSync(long)))).rejects.toEqual(trailing);
    for (const tail of [0x00, 0x1f, 0xff]) {
      const packed = Buffer.concat([gzipSync(whole), Buffer.of(tail)]);
      await expect(readIdx(await fileOf(packed))).rejects.toEqual(formatFault(/trailing bytes|damaged/));
    }
  });

  it('is rejected when a bit of its compressed data is flipped', async () => {
    const packed = gzipSync(whole);
    for (let i = 10; i < packed.length; i++) {
      const damaged = Uint8Array.from(packed);
      damaged[i]! ^= 1;
      await expect(readIdx(await fileOf(damaged))).rejects.toEqual(formatFault(/file\.idx/));
    }
  });

  it('is rejected for each wrong byte of the magic number', () => {
    for (const magic of [
      [1, 0, 8, 1],
      [0, 1, 8, 1],
      [0, 0, 7, 1],
      [0, 0, 0x0a, 1],
      [0, 0, 0x0f, 1],
      [0, 0, 8, 0],
    ]) {
      expect(() => parseIdx(Uint8Array.of(...magic, 0, 0, 0, 1, 9))).toThrow(formatFault(/magic number/));
    }
  });

  it('is rejected for dimensions that no file of its size can fill, and takes no memory for them', async () => {
    const header = Buffer.from([0, 0, 0x0e, 3, 0x7f, 0xff, 0xff, 0xff, 0, 0, 0, 28, 0, 0, 0, 28]);
    const hugeProduct = Buffer.from([0, 0, 8, 3, ...Array<number>(12).fill(0xff)]);
    const before = process.memoryUsage().arrayBuffers;
    for (const bytes of [header, hugeProduct, gzipSync(header), gzipSync(hugeProduct)]) {
      await expect(readIdx(await fileOf(bytes))).rejects.toEqual(formatFault(/impossible/));
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(1e6);
  });

  it('is rejected for a compressed stream that unpacks to far more than it claims, without unpacking it', async () => {
    const bomb = gzipSync(Buffer.concat([whole, Buffer.alloc(60e6)]));
    const path = await fileOf(bomb);
    const before = process.memoryUsage().arrayBuffers;
    await expect(readIdx(path)).rejects.toEqual(formatFault(/trailing bytes/));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(10e6);
  });

  it('is rejected for a claim of large dimensions that deflate could fill, but that the data does not', async () => {
    const claim = Buffer.alloc(100_016);
    claim.set([0, 0, 8, 3, 0, 0, 0xff, 0xff, 0, 0, 0, 28, 0, 0, 0, 28]);
    const padding = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 2654435761) >>> 24));
    const packed = gzipSync(Buffer.concat([claim, padding]));
    await expect(readIdx(await fileOf(packed))).rejects.toEqual(formatFault(/cut short|impossible/));
  });

  it('is named by an error that says the system can not read it', async () => {
    await expect(readIdx(join(folder, 'missing.idx'))).rejects.toMatchObject({
      code: 'ERR_FILE',
      message: expect.stringContaining('missing.idx'),
    });
    await expect(readIdx(folder)).rejects.toMatchObject({ code: 'ERR_FILE' });
  });

  it('is looked at through symbolic links, unless they lead nowhere or in a circle', async () => {
    const array = { data: Uint8Array.of(1, 2, 3), shape: [3] };
    const [link, dangling, circle] = ['link.idx', 'dangling.idx', 'circle.idx'].map((name) =>
      join(folder, name),
    );
    await symlink(await fileOf(formatIdx(array), 'target.idx'), link!);
    await symlink(join(folder, 'nothing.idx'), dangling!);
    await symlink(circle!, circle!);
    expect(await readIdx(link!)).toEqual(array);
    await expect(readIdx(dangling!)).rejects.toMatchObject({ code: 'ERR_FILE' });
    await expect(readIdx(circle!)).rejects.toMatchObject({ code: 'ERR_FILE' });
  });

  it.skipIf(process.platform === 'win32')('is not waited for where it is a pipe or a device', async () => {
    const pipe = join(folder, 'pipe.idx');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero']) {
      await expect(readIdx(path)).rejects.toMatchObject({
        code: 'ERR_FILE',
        message: expect.stringContaining('not a plain file'),
      });
    }
  });
});

describe('the name of an IDX file', () => {
  const odd = [
    ' ',
    'a b.idx',
    'a\nb.idx',
    'ä 名 🧥.idx',
    '%00 #?.idx',
    '\'"$(x).idx',
    '-rf',
    `${'n'.repeat(250)}.idx`,
  ];

  it.each(odd)('may be %j', async (name) => {
    const array = { data: Uint8Array.of(1, 2, 3), shape: [3] };
    await writeIdx(join(folder, name), array);
    expect(await readIdx(join(folder, name))).toEqual(array);
  });

  it('is a text', async () => {
    const array = { data: Uint8Array.of(1), shape: [1] };
    const error = { code: 'ERR_INVALID_ARGUMENT', message: expect.stringContaining('path') };
    await expect(readIdx(Object.create(null))).rejects.toMatchObject(error);
    await expect(writeIdx(3 as unknown as string, array)).rejects.toMatchObject(error);
  });

  it.each(['a\0b.idx', 'n'.repeat(300)])('is refused where the system can not have it: %j', async (name) => {
    const array = { data: Uint8Array.of(1, 2, 3), shape: [3] };
    await expect(writeIdx(join(folder, name), array)).rejects.toMatchObject({ code: 'ERR_FILE' });
    await expect(readIdx(join(folder, name))).rejects.toMatchObject({ code: 'ERR_FILE' });
  });
});

describe('writeIdx', () => {
  it('refuses what the format can not hold', async () => {
    const path = join(folder, 'refused.idx');
    const bad = (array: unknown, message: RegExp) =>
      expect(writeIdx(path, array as IdxArray)).rejects.toEqual(
        expect.objectContaining({ code: 'ERR_INVALID_ARGUMENT', message: expect.stringMatching(message) }),
      );
    await bad(null, /data/);
    await bad({ data: [1, 2], shape: [2] }, /data/);
    await bad({ data: Uint16Array.of(1), shape: [1] }, /data/);
    await bad({ data: Uint8Array.of(1, 2), shape: [3] }, /3 elements/);
    await bad({ data: Uint8Array.of(1), shape: [] }, /shape/);
    await bad({ data: Uint8Array.of(1), shape: [1.5] }, /shape\[0\]/);
    await bad({ data: Uint8Array.of(1), shape: Array(256).fill(1) }, /shape/);
    await expect(readFile(path)).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('leaves nothing behind on a disk that is full', async ({ skip }) => {
    const disk = mountSmallDisk(8192);
    if (!disk) return skip('this user may mount nothing');
    try {
      const path = join(disk.folder, 'large.idx');
      const array = { data: new Uint8Array(20_000), shape: [20_000] };
      await expect(writeIdx(path, array)).rejects.toMatchObject({
        code: 'ERR_FILE',
        message: expect.stringContaining('ENOSPC'),
      });
      expect(await readdir(disk.folder)).toEqual([]);
    } finally {
      disk.remove();
    }
  });
});
