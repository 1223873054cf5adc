import { PNG } from 'pngjs';
import { invalidArgument } from '../../core/errors.ts';
import { integer, type OptionTable, parseOptions } from '../../core/options.ts';
import type { Picture } from './picture.ts';

export interface ContactSheetOptions {
  /** Pictures side by side. Default: as makes the sheet about square. */
  columns?: number;
  /** Pixels of the sheet for each side of a picture's pixel, 1 to 64. Default: 4. */
  zoom?: number;
  /** Pixels between pictures and around them, 0 to 256. Default: 8. */
  margin?: number;
}

/** The tone between pictures, which are mostly black themselves. */
const MARGIN_TONE = 96;

const GREY = 0;
const COLOR = 2;

/** What still fits into memory, and into a viewer. */
const MAX_SHEET_PIXELS = 2 ** 28;

/**
 * A PNG file of pictures in rows from the top left, each in a cell as large as the largest of them: grey where all
 * of them are, else in colour.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function formatContactSheet(pictures: readonly Picture[], given?: ContactSheetOptions): Uint8Array {
  if (pictures.length === 0) throw invalidArgument('pictures', 'at least one picture', pictures);
  const table: OptionTable<Required<ContactSheetOptions>> = {
    columns: { check: integer(1), default: Math.ceil(Math.sqrt(pictures.length)) },
    zoom: { check: integer(1, 64), default: 4 },
    margin: { check: integer(0, 256), default: 8 },
  };
  const { columns, zoom, margin } = parseOptions(given, table, 'formatContactSheet');
  const abreast = Math.min(columns, pictures.length);
  const cellWidth = zoom * Math.max(...pictures.map((picture) => picture.width)) + margin;
  const cellHeight = zoom * Math.max(...pictures.map((picture) => picture.height)) + margin;
  const width = margin + abreast * cellWidth;
  const height = margin + Math.ceil(pictures.length / abreast) * cellHeight;
  if (width * height > MAX_SHEET_PIXELS) {
    throw invalidArgument(
      'pictures',
      'fewer pictures, or a smaller zoom: the sheet would be too large',
      pictures,
    );
  }
  const channels = pictures.every((picture) => picture.channels === 1) ? 1 : 3;
  const sheet: Picture = { width, height, channels, data: new Uint8Array(width * height * channels) };
  sheet.data.fill(MARGIN_TONE);
  pictures.forEach((picture, i) => {
    const left = margin + (i % abreast) * cellWidth;
    const top = margin + Math.floor(i / abreast) * cellHeight;
    paste(picture, sheet, left, top, zoom);
  });
  return formatPng(sheet);
}

/** Copies a picture into the sheet, each of its pixels as a square. */
function paste(picture: Picture, sheet: Picture, left: number, top: number, zoom: number): void {
  for (let y = 0; y < picture.height * zoom; y++) {
    for (let x = 0; x < picture.width * zoom; x++) {
      const from = (Math.floor(y / zoom) * picture.width + Math.floor(x / zoom)) * picture.channels;
      const to = ((top + y) * sheet.width + left + x) * sheet.channels;
      for (let channel = 0; channel < sheet.channels; channel++) {
        sheet.data[to + channel] = picture.data[from + (picture.channels === 1 ? 0 : channel)]!;
      }
    }
  }
}

/** A picture as a PNG file of 8 bits a channel. */
export function formatPng({ width, height, channels, data }: Picture): Uint8Array {
  const colorType = channels === 1 ? GREY : COLOR;
  const png = new PNG({ width, height, colorType, inputColorType: colorType, inputHasAlpha: false });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.length);
  return PNG.sync.write(png, { colorType, inputColorType: colorType, inputHasAlpha: false });
}
