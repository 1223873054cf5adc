import { countOf } from '../../core/errors.ts';
import type { ImageGeometry } from '../../core/image-geometry.ts';
import type { DataOrigin, LoadedData } from '../../datasets/load-data.ts';

/** Data of one's own, without the rows. */
export interface DataRecord {
  rows: number;
  columns: number;
  /** How rows are images; undefined where they are plain vectors. */
  image?: ImageGeometry;
  source: DataOrigin;
}

/** What is told of some data. */
export function dataRecord({ X, image, source }: LoadedData): DataRecord {
  return { rows: X.shape[0], columns: X.shape[1], image, source };
}

/** `60,000 rows, grey images of 28 x 28 pixels (idx, uint8)`. */
export function describeData({ rows, columns, image, source }: DataRecord): string {
  const what = image
    ? `${image.channels === 1 ? 'grey images' : image.channels === 3 ? 'colour images' : `images of ${image.channels} channels`} of ` +
      `${image.height} x ${image.width} pixels`
    : `vectors of ${countOf(columns, 'number')}`;
  return `${countOf(rows, 'row')}, ${what} (${source.format}, ${source.type})`;
}

/** What a row is called: by the data, or else by its number. */
export function rowName(names: readonly string[], row: number): string {
  const name = names[row]!;
  return name === String(row) ? `row ${row}` : name;
}
