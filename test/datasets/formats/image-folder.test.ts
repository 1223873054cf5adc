import { mkdir, mkdtemp, realpath, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import sharp, { type Sharp } from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { imageFiles } from '../../../lib/datasets/formats/image-files.ts';
import { loadData, loadDataChunks } from '../../../lib/datasets/load-data.ts';
import { expectError } from '../../support/errors.ts';

let base: string;
beforeAll(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'handful-images-')));
});
afterAll(() => rm(base, { recursive: true }));
afterEach(() => {
  vi.unstubAllEnvs();
});

let folders = 0;

/** A folder with files in it; `undefined` makes a folder, and `-> place` a link. */
async function folderOf(files: Record<string, Uint8Array | string | undefined>): Promise<string> {
  const folder = join(base, `folder-${folders++}`, 'images');
  await mkdir(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const path = join(folder, name);
    await mkdir(content === undefined ? path : join(path, '..'), { recursive: true });
    if (typeof content === 'string' && content.startsWith('-> ')) await symlink(content.slice(3), path);
    else if (content !== undefined) await writeFile(path, content);
  }
  return folder;
}

/** An image of one shade of grey. */
function shade(value: number, format: 'png' | 'jpeg' | 'webp' | 'gif' | 'avif' = 'png', side = 2) {
  return sharp(Buffer.alloc(side * side, value), { raw: { width: side, height: side, channels: 1 } })
    .toFormat(format, { quality: 100 })
    .toBuffer();
}

const RUBBISH = Buffer.from('no image');

describe('the images of a folder', () => {
  it('come once each, whatever circles links make', async () => {
    const image = await shade(7);
    const folder = await folderOf({
      'a.png': image,
      'b/c.png': image,
      'b/up': '-> ..',
      self: '-> .',
      'again.png': '-> a.png',
      round: '-> other',
      other: '-> round',
    });
    const { names, notices, X } = await loadData(folder);
    expect(names).toEqual(['a.png', 'b/c.png']);
    expect(X.shape).toEqual([2, 4]);
    expect(notices).toEqual([]);
    expect((await loadData(folder, { followLinks: true })).names).toEqual(names);
  });

  it('are those within the folder, those that links lead to outside if asked for', async () => {
    const [own, foreign] = await Promise.all([shade(11), shade(12)]);
    const folder = await folderOf({
      'a.png': own,
      'link.png': '-> ../foreign/x.png',
      more: '-> ../foreign',
      'readme.txt': '-> /etc/hosts',
      '../foreign/x.png': foreign,
      '../foreign/y.png': foreign,
    });
    const { names, notices } = await loadData(folder);
    expect(names).toEqual(['a.png']);
    expect(notices).toEqual([
      `2 of the links in '${folder}' lead out of it and are not followed, which followLinks (--follow-links) ` +
        'changes: link.png, more',
    ]);
    const followed = await loadData(folder, { followLinks: true });
    expect(followed.names).toEqual(['a.png', 'link.png', 'more/y.png']);
    expect([...followed.X.data]).toEqual([...Array(4).fill(11), ...Array(8).fill(12)]);
    expect(followed.notices).toEqual([]);
  });

  it('are read through links to where a program hides them in the folder', async () => {
    const folder = await folderOf({ '.store/1': await shade(9), 'a.png': '-> .store/1' });
    expect((await loadData(folder)).names).toEqual(['a.png']);
  });

  it('are read in a folder that is itself a link, or whose own name begins with a dot', async () => {
    const folder = await folderOf({ '../.hidden/a.png': await shade(9), '../link': '-> .hidden' });
    for (const name of ['.hidden', 'link']) {
      expect((await loadData(join(folder, '..', name))).names).toEqual(['a.png']);
    }
  });

  it('leave out what macOS puts beside them, and what begins with a dot', async () => {
    const image = await shade(8);
    const folder = await folderOf({
      'a.png': image,
      '._a.png': '\0\u0005\u0016\u0007Mac OS X',
      '.DS_Store': 'x',
      '__MACOSX/._a.png': '\0\u0005',
      '__MACOSX/b.png': image,
      '.cache/c.png': image,
      'Thumbs.db': 'x',
    });
    expect(await loadData(folder)).toMatchObject({ names: ['a.png'], notices: [] });
  });

  it('may lie in a folder that is called like an image', async () => {
    const folder = await folderOf({ 'folder.png/a.png': await shade(8), 'empty.jpg': undefined });
    expect(await loadData(folder)).toMatchObject({ names: ['folder.png/a.png'], notices: [] });
  });

  it('are JPEG, GIF and AVIF too, under each ending; other formats are counted in a notice', async () => {
    const jpeg = await shade(255, 'jpeg');
    const folder = await folderOf({
      'a.png': await shade(255),
      'b.jfif': jpeg,
      'c.JPE': jpeg,
      'd.gif': await shade(255, 'gif'),
      'e.avif': await shade(255, 'avif'),
      'f.bmp': RUBBISH,
      'g.BMP': RUBBISH,
      'h/i.tif': RUBBISH,
      'j.heic': RUBBISH,
      'k.ppm': RUBBISH,
      'l.txt': RUBBISH,
    });
    const { names, X, notices } = await loadData(folder);
    expect(names).toEqual(['a.png', 'b.jfif', 'c.JPE', 'd.gif', 'e.avif']);
    expect([...X.data]).toEqual(Array(20).fill(255));
    expect(notices).toEqual([
      `5 of the images in '${folder}' are of formats that are not read: 2 .bmp, 1 .heic, 1 .ppm, 1 .tif; save them ` +
        'as PNG',
    ]);
    const none = await folderOf({ 'a.bmp': RUBBISH, 'b.bmp': RUBBISH });
    await expectError(loadData(none), 'ERR_FILE_FORMAT', /has no \.png.* file\. 2 of the images .*: 2 \.bmp/);
  });

  it.each(['png', 'webp', 'jpeg', 'gif', 'avif'] as const)(
    'are read anew if another %s has the place of one',
    async (format) => {
      const name = `a.${format}`;
      const folder = await folderOf({ [name]: await shade(0, format) });
      const first = (side: number) => loadData(folder).then(({ X }) => [X.shape[1], X.data[0], side]);
      expect(await first(2)).toEqual([4, 0, 2]);
      await writeFile(join(folder, name), await shade(255, format));
      expect(await first(2)).toEqual([4, 255, 2]);
      await writeFile(join(folder, 'new'), await shade(0, format, 3));
      await rename(join(folder, 'new'), join(folder, name));
      expect(await first(3)).toEqual([9, 0, 3]);
    },
  );

  it('are read anew if an interlaced PNG has the place of another', async () => {
    const folder = await folderOf({});
    for (const value of [10, 200, 30]) {
      const bytes = await sharp(await shade(value, 'png', 16))
        .png({ progressive: true })
        .toBuffer();
      await writeFile(join(folder, 'a.png'), bytes);
      expect((await loadData(folder)).X.data[5]).toBe(value);
    }
  });

  it.each([1, 2, 3, 4, 5, 6, 7, 8])('stand upright with the EXIF orientation %i', async (orientation) => {
    // As a camera held in that way would have stored it: the picture turned the other way round.
    const upright = Buffer.of(10, 60, 110, 160, 210, 250);
    const stored = await sharp(upright, { raw: { width: 3, height: 2, channels: 1 } })
      .toColourspace('b-w')
      .png()
      .toBuffer();
    const turned = {
      1: (image: Sharp) => image,
      2: (image: Sharp) => image.flop(),
      3: (image: Sharp) => image.rotate(180),
      4: (image: Sharp) => image.flip(),
      5: (image: Sharp) => image.rotate(90).flip(),
      6: (image: Sharp) => image.rotate(270),
      7: (image: Sharp) => image.rotate(270).flip(),
      8: (image: Sharp) => image.rotate(90),
    }[orientation]!;
    const plain = await turned(sharp(stored)).png().toBuffer();
    const folder = await folderOf({
      'a.png': await sharp(plain).withMetadata({ orientation }).png().toBuffer(),
    });
    const { image, X } = await loadData(folder);
    expect(image).toEqual({ height: 2, width: 3, channels: 1 });
    expect([...X.data]).toEqual([...upright]);
  });

  it('name the option that brings images of several sizes to one', async () => {
    const folder = await folderOf({ 'a.png': await shade(8), 'b.png': await shade(1, 'png', 3) });
    await expectError(loadData(folder), 'ERR_FILE_FORMAT', /b\.png' has 3 x 3 .* 2 x 2: .*--size 64x64/);
    expect((await loadData(folder, { size: [1, 1] })).X.shape).toEqual([2, 1]);
  });

  it('are the same whatever random folders, links and files lie there', async () => {
    const place = fc.array(fc.constantFrom('a', 'b', 'c.png', '.d', '__MACOSX'), { maxLength: 3 });
    const file = fc.constantFrom('1.png', '2.JPG', '3.txt', '._4.png', '5.bmp', '6.webp');
    const tree = fc.record({
      files: fc.array(fc.tuple(fc.constantFrom('images', 'outside'), place, file), { maxLength: 8 }),
      links: fc.array(
        fc.record({
          at: fc.tuple(fc.constantFrom('images', 'outside'), place, fc.constantFrom('l', 'm.png', 'n')),
          to: fc.tuple(fc.constantFrom('.', 'images', 'outside'), place, fc.option(file, { nil: '' })),
        }),
        { maxLength: 6 },
      ),
    });
    const pathOf = ([top, folders, name]: [string, string[], string]) => join(top, ...folders, name);
    await fc.assert(
      fc.asyncProperty(tree, async ({ files, links }) => {
        const root = join(base, `tree-${folders++}`);
        await mkdir(join(root, 'images'), { recursive: true });
        const own = new Set<string>();
        for (const each of files) {
          const path = join(root, pathOf(each));
          await mkdir(join(path, '..'), { recursive: true });
          await writeFile(path, '');
          const visible = ![...each[1], each[2]].some((name) => name.startsWith('.') || name === '__MACOSX');
          if (each[0] === 'images' && visible && /png|jpg|webp/i.test(each[2])) {
            own.add([...each[1], each[2]].join('/'));
          }
        }
        for (const { at, to } of links) {
          const path = join(root, pathOf(at));
          await mkdir(join(path, '..'), { recursive: true });
          await symlink(join(root, pathOf(to)), path).catch(() => {}); // another link of the name
        }
        for (const followLinks of [false, true]) {
          const { names } = await imageFiles(join(root, 'images'), followLinks);
          const places = await Promise.all(
            names.map((name) => realpath(join(root, 'images', name)).catch(() => name)),
          );
          expect(new Set(places).size).toBe(places.length);
          expect(names).toEqual([...names].sort());
          expect(names).toEqual(expect.arrayContaining([...own]));
          const outside = places.filter(
            (path) => path.startsWith(sep) && !path.startsWith(join(root, 'images')),
          );
          if (!followLinks) expect(outside).toEqual([]);
        }
      }),
      { numRuns: 60 },
    );
  });
});

describe('images that can not be read', () => {
  it('end the reading with an error that names the file and the option that skips it', async () => {
    const folder = await folderOf({ 'a.png': await shade(8), 'b.png': RUBBISH });
    await expectError(loadData(folder), 'ERR_FILE_FORMAT', /b\.png' is no image .*--skip-unreadable/);
    const gone = await folderOf({ 'a.png': await shade(8), 'b.png': '-> nowhere' });
    await expectError(loadData(gone), 'ERR_FILE', /b\.png' is no image .*ENOENT.*--skip-unreadable/);
  });

  it('are skipped if asked for, and counted', async () => {
    const whole = await shade(1, 'png', 32);
    const folder = await folderOf({
      'a.png': RUBBISH,
      'b.png': await shade(5),
      'c.png': Buffer.alloc(0),
      'd.png': whole.subarray(0, whole.length - 30),
      'e.png': await shade(6),
      'f.png': '-> nowhere',
    });
    const { names, X, source, notices } = await loadData(folder, { skipUnreadable: true });
    expect(names).toEqual(['b.png', 'e.png']);
    expect([...X.data]).toEqual([5, 5, 5, 5, 6, 6, 6, 6]);
    expect(source.shape).toEqual([undefined, 2, 2]);
    expect(notices).toEqual([
      `Images of '${folder}' that can't be read are left out, 4 of 6: a.png, c.png, d.png, f.png`,
    ]);
  });

  it('are an error if there are no others', async () => {
    const folder = await folderOf({ 'a.png': RUBBISH, 'b.png': RUBBISH });
    for (const size of [undefined, [2, 2] as const]) {
      const options = { skipUnreadable: true, ...(size && { size }) };
      await expectError(loadData(folder, options), 'ERR_FILE_FORMAT', /None .* can be read: a\.png, b\.png/);
    }
  });

  it('leave names, pixels and labels of the others together, in chunks of any size', async () => {
    const shades = await Promise.all(Array.from({ length: 40 }, (_, i) => shade(i)));
    const readable = fc
      .array(fc.boolean(), { minLength: 1, maxLength: 40 })
      .filter((each) => each.includes(true));
    await fc.assert(
      fc.asyncProperty(readable, fc.integer({ min: 1, max: 41 }), async (each, chunkRows) => {
        const name = (i: number) => `${i % 3 === 0 ? 'x' : 'y'}/${String(i).padStart(2, '0')}.png`;
        const files = each.map((isRead, i) => [name(i), isRead ? shades[i]! : RUBBISH] as const);
        const folder = await folderOf(Object.fromEntries(files));
        const wanted = [...each.keys()].filter((i) => each[i]).sort((a, b) => (name(a) < name(b) ? -1 : 1));
        const found: [string, string | undefined, number][] = [];
        const notices: string[] = [];
        for await (const chunk of loadDataChunks(folder, { skipUnreadable: true, chunkRows })) {
          expect(chunk.X.shape[0]).toBeLessThanOrEqual(chunkRows);
          chunk.names.forEach((each, i) => {
            found.push([each, chunk.labels?.[i], chunk.X.data[4 * i]!]);
          });
          notices.push(...chunk.notices);
        }
        const hasClasses = each.length > 1;
        expect(found).toEqual(wanted.map((i) => [name(i), hasClasses ? name(i)[0] : undefined, i]));
        const left = each.length - wanted.length;
        const counted = notices.filter((notice) => notice.includes(`left out, ${left} of ${each.length}:`));
        expect(counted).toHaveLength(left > 0 ? 1 : 0);
      }),
      { numRuns: 25 },
    );
  });
});

describe('folders within a folder of images', () => {
  it('are the labels if all images lie in two or more of them', async () => {
    const image = await shade(8);
    const folder = await folderOf({
      'dog/b.png': image,
      'cat/deep/er/a.png': image,
      'cat/c.png': image,
      'none/readme.txt': 'x',
    });
    const { names, labels, notices } = await loadData(folder);
    expect(names).toEqual(['cat/c.png', 'cat/deep/er/a.png', 'dog/b.png']);
    expect(labels).toEqual(['cat', 'cat', 'dog']);
    expect(notices).toEqual([
      `The images of '${folder}' lie in 2 folders, which are their labels if no others are given: cat, dog`,
    ]);
  });

  it('are none if there is only one, or an image beside them', async () => {
    const image = await shade(8);
    for (const files of [['cat/a.png', 'cat/b/c.png'], ['cat/a.png', 'dog/b.png', 'c.png'], ['a.png']]) {
      const folder = await folderOf(Object.fromEntries(files.map((name) => [name, image])));
      const data = await loadData(folder);
      expect(data.labels).toBeUndefined();
      expect(data.notices).toEqual([]);
    }
  });
});

describe('memory for images', () => {
  /** A PNG of a few kilobytes that claims so many pixels, all of them black. */
  function bomb(side: number): Uint8Array {
    const chunk = (type: string, data: Uint8Array) => {
      const body = Buffer.concat([Buffer.from(type), data]);
      const bytes = Buffer.alloc(body.length + 8);
      bytes.writeUInt32BE(data.length, 0);
      body.copy(bytes, 4);
      bytes.writeUInt32BE(crc(body), body.length + 4);
      return bytes;
    };
    const header = Buffer.alloc(13);
    header.writeUInt32BE(side, 0);
    header.writeUInt32BE(side, 4);
    header.set([8, 0, 0, 0, 0], 8);
    return Buffer.concat([
      Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
      chunk('IHDR', header),
      chunk('IDAT', deflateSync(Buffer.alloc(1000))),
      chunk('IEND', Buffer.alloc(0)),
    ]);
  }

  function crc(bytes: Uint8Array): number {
    let value = ~0;
    for (const byte of bytes) {
      value ^= byte;
      for (let bit = 0; bit < 8; bit++) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
    }
    return ~value >>> 0;
  }

  it('is not asked for if a header claims more pixels than sharp takes', async () => {
    const folder = await folderOf({ 'a.png': bomb(50_000) });
    for (const options of [{}, { size: [2, 2] as const }]) {
      await expectError(loadData(folder, options), 'ERR_FILE_FORMAT', /a\.png' .*pixel limit/);
    }
  });

  it('is within the limit, before an image is decoded', async () => {
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', '100M');
    await expectError(
      loadData(await folderOf({ 'a.png': bomb(16_000) })),
      'ERR_OUT_OF_MEMORY',
      'the pixels of',
    );
    const folder = await folderOf({ 'a.png': await shade(8) });
    await expectError(loadData(folder, { size: [20_000, 20_000] }), 'ERR_OUT_OF_MEMORY', '1 image of');
    vi.stubEnv('HANDFUL_MEMORY_LIMIT', undefined);
    await expectError(loadData(folder, { size: [1e8, 1e8] }), 'ERR_OUT_OF_MEMORY', '1 image of');
  });
});
