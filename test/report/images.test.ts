import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { formatContactSheet, formatPng } from '../../lib/report/kit/contact-sheet.ts';
import { type Picture, pictureOfImage, thumbnail } from '../../lib/report/kit/picture.ts';
import { drawPictures, type TerminalColors, terminalColors } from '../../lib/report/kit/terminal-pictures.ts';
import { expectError } from '../support/errors.ts';

const grey = (width: number, height: number, ...data: number[]): Picture => ({
  width,
  height,
  channels: 1,
  data: Uint8Array.from(data),
});
const color = (width: number, height: number, ...data: number[]): Picture => ({
  ...grey(width, height, ...data),
  channels: 3,
});

const draw = (pictures: Picture[], colors: TerminalColors, width = 80, columns?: number) =>
  drawPictures(
    pictures.map((picture, i) => ({ picture, caption: `no. ${i}` })),
    { colors, width, columns },
  );

/** What stands between the bracket and the m of each escape. */
const escapes = (text: string) =>
  text
    .split('\x1b[')
    .slice(1)
    .map((rest) => rest.slice(0, rest.indexOf('m')));

describe('a picture of a row', () => {
  it('takes scaled bytes as they are', async () => {
    const images = {
      data: Uint8Array.of(9, 9, 0, 128, 255, 1),
      shape: [3, 2] as [number, number],
      scale: 1 / 255,
    };
    expect(pictureOfImage(images, 1, { height: 1, width: 2, channels: 1 })).toEqual({
      width: 2,
      height: 1,
      channels: 1,
      data: Uint8ClampedArray.of(0, 128),
    });
    await expectError(
      () => pictureOfImage(images, 3, { height: 1, width: 2, channels: 1 }),
      'ERR_INVALID_ARGUMENT',
      'row',
    );
    await expectError(
      () => pictureOfImage(images, 0, { height: 2, width: 2, channels: 1 }),
      'ERR_INVALID_ARGUMENT',
      '2 x 2',
    );
  });

  it('takes floats from 0 to 1, cutting off what lies beyond', () => {
    const images = { data: Float32Array.of(-1, 0, 0.5, 1, 7), shape: [1, 5] as [number, number] };
    expect([...pictureOfImage(images, 0, { height: 1, width: 5, channels: 1 }).data]).toEqual([
      0, 0, 128, 255, 255,
    ]);
  });
});

describe('pictures in a terminal', () => {
  it('put two rows of pixels into a line of half blocks, the upper before the lower', () => {
    expect(draw([grey(1, 2, 10, 200)], 'truecolor')).toBe(
      '\x1b[38;2;10;10;10;48;2;200;200;200m▀\x1b[0m\n…\n',
    );
    expect(draw([color(1, 2, 1, 2, 3, 4, 5, 6)], 'truecolor')).toMatch('38;2;1;2;3;48;2;4;5;6m▀');
  });

  it('leave the lower half of the last line empty where the height is odd', () => {
    const lines = draw([grey(1, 3, 1, 2, 3)], 'truecolor').split('\n');
    expect(lines[1]).toBe('\x1b[38;2;3;3;3;49m▀\x1b[0m');
  });

  it('say a colour once for equal neighbours', () => {
    expect(escapes(draw([grey(3, 2, 5, 5, 6, 5, 5, 6)], 'truecolor').split('\n')[0]!).length).toBe(3);
  });

  it('take the nearest of 256 colours', () => {
    const index = (picture: Picture) => escapes(draw([picture], '256'))[0]!.split(';')[2];
    expect([0, 3, 8, 128, 238, 255].map((tone) => index(grey(1, 2, tone, tone)))).toEqual([
      '16',
      '16',
      '232',
      '244',
      '255',
      '231',
    ]);
    expect(index(color(1, 1, 255, 0, 0))).toBe('196');
    expect(index(color(1, 1, 94, 136, 250))).toBe('69');
  });

  it('are drawn in characters, the denser the lighter, without any escape', () => {
    const ramp = draw([grey(10, 1, ...Array.from({ length: 10 }, (_, i) => Math.round(i * 28.3)))], 'ascii');
    expect(ramp.split('\n')[0]).toBe(' .:-=+*#%@');
    expect(draw([grey(1, 2, 0, 255)], 'ascii')[0]).toBe('=');
    expect(draw([color(2, 1, 0, 0, 0, 255, 255, 255)], 'ascii').slice(0, 2)).toBe(' @');
    expect(ramp).not.toContain('\x1b');
  });

  it('stand side by side as far as the width goes, at least one of them', () => {
    const picture = grey(10, 2, ...new Array(20).fill(255));
    const bands = (width: number, columns?: number) =>
      draw([picture, picture, picture], 'ascii', width, columns)
        .split('\n')
        .filter((line) => line.startsWith('@')).length;
    expect(bands(34)).toBe(1);
    expect(bands(33)).toBe(2);
    expect(bands(22)).toBe(2);
    expect(bands(21)).toBe(3);
    expect(bands(1)).toBe(3);
    expect(bands(80, 1)).toBe(3);
    expect(draw([picture, picture], 'ascii').split('\n')[0]).toBe('@@@@@@@@@@  @@@@@@@@@@');
  });

  it('keep their places where sizes differ', () => {
    const lines = draw([grey(1, 2, 255, 255), grey(2, 4, ...new Array(8).fill(255))], 'ascii').split('\n');
    expect(lines.slice(0, 2)).toEqual(['@   @@', '    @@']);
  });

  it('have their caption beneath, cut to their width', () => {
    const picture = grey(6, 2, ...new Array(12).fill(0));
    const text = drawPictures(
      [
        { picture, caption: 'short' },
        { picture, caption: 'far too long' },
      ],
      { colors: 'ascii', width: 80 },
    );
    expect(text.split('\n')[1]).toBe('short   far t…');
  });
});

describe('what a terminal allows', () => {
  const terminal = { isTTY: true };

  it('is what its variables say', () => {
    expect(terminalColors(terminal, { COLORTERM: 'truecolor', TERM: 'xterm-256color' })).toBe('truecolor');
    expect(terminalColors(terminal, { TERM: 'xterm-256color' })).toBe('256');
    expect(terminalColors(terminal, { TERM: 'xterm' })).toBe('256');
    expect(terminalColors(terminal, { TERM: 'dumb' })).toBe('ascii');
  });

  it('is no colour where NO_COLOR is set, or where the output is no terminal', () => {
    expect(terminalColors(terminal, { NO_COLOR: '1', COLORTERM: 'truecolor', TERM: 'xterm' })).toBe('ascii');
    expect(terminalColors({}, { COLORTERM: 'truecolor', TERM: 'xterm-256color' })).toBe('ascii');
  });

  it('is what FORCE_COLOR asks for, terminal or not', () => {
    expect(terminalColors({}, { FORCE_COLOR: '3' })).toBe('truecolor');
    expect(terminalColors({}, { FORCE_COLOR: '2' })).toBe('256');
    expect(terminalColors(terminal, { FORCE_COLOR: '0', COLORTERM: 'truecolor' })).toBe('ascii');
  });
});

describe('a contact sheet', () => {
  /** The sheet as rows of grey values. */
  const read = (file: Uint8Array) => {
    const { width, height, data } = PNG.sync.read(Buffer.from(file));
    return Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => data[(y * width + x) * 4]!),
    );
  };
  const [m, a, b, c] = [96, 10, 20, 30];

  it('shows pictures in rows with a margin around each', () => {
    const pictures = [a, b, c].map((tone) => grey(1, 1, tone!));
    expect(read(formatContactSheet(pictures, { columns: 2, zoom: 1, margin: 1 }))).toEqual([
      [m, m, m, m, m],
      [m, a, m, b, m],
      [m, m, m, m, m],
      [m, c, m, m, m],
      [m, m, m, m, m],
    ]);
  });

  it('enlarges pixels to squares', () => {
    expect(read(formatContactSheet([grey(2, 1, 1, 2)], { zoom: 2, margin: 0 }))).toEqual([
      [1, 1, 2, 2],
      [1, 1, 2, 2],
    ]);
  });

  it('is about square where nothing else is asked for, and no wider than its pictures', () => {
    const size = (count: number, columns?: number) => {
      const { width, height } = PNG.sync.read(
        Buffer.from(
          formatContactSheet(new Array(count).fill(grey(1, 1, 0)), { zoom: 1, margin: 0, columns }),
        ),
      );
      return [width, height];
    };
    expect(size(9)).toEqual([3, 3]);
    expect(size(10)).toEqual([4, 3]);
    expect(size(2, 50)).toEqual([2, 1]);
  });

  it('is in colour where one picture is', () => {
    const file = formatContactSheet([grey(1, 1, 7), color(1, 1, 1, 2, 3)], {
      columns: 2,
      zoom: 1,
      margin: 0,
    });
    const { data } = PNG.sync.read(Buffer.from(file));
    expect([...data]).toEqual([7, 7, 7, 255, 1, 2, 3, 255]);
  });

  it('keeps every tone of a grey picture', () => {
    const tones = Array.from({ length: 256 }, (_, i) => i);
    expect(read(formatPng(grey(256, 1, ...tones)))).toEqual([tones]);
  });

  it('refuses nothing to show, and options that make no sense', async () => {
    await expectError(() => formatContactSheet([]), 'ERR_INVALID_ARGUMENT', 'at least one');
    await expectError(
      () => formatContactSheet([grey(1, 1, 0)], { columns: 0 }),
      'ERR_INVALID_ARGUMENT',
      'columns',
    );
    const many = new Array(100_000).fill(grey(28, 28));
    await expectError(() => formatContactSheet(many), 'ERR_INVALID_ARGUMENT', 'fewer pictures');
  });
});

describe('a thumbnail', () => {
  it('is the picture itself where that is small enough', () => {
    const picture = grey(2, 1, 10, 20);
    expect(thumbnail(picture, 2)).toBe(picture);
  });

  it('has the means of the pixels that each of its own stands for, in colour too', () => {
    expect(thumbnail(grey(4, 2, 0, 4, 10, 20, 8, 12, 30, 40), 2)).toEqual({
      ...grey(2, 1),
      data: Uint8ClampedArray.of(6, 25),
    });
    expect([...thumbnail(color(2, 2, 0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14), 1).data]).toEqual([6, 7, 8]);
  });

  it('keeps proportions, and is one pixel wide at least', () => {
    const { width, height, data } = thumbnail(grey(1, 90, ...Array.from({ length: 90 }, () => 7)), 30);
    expect([width, height, new Set(data)]).toEqual([1, 30, new Set([7])]);
  });
});
