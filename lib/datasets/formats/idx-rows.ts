import { HandfulError } from '../../core/errors.ts';
import { imagesOfArray } from '../array-images.ts';
import { readIdx } from '../idx.ts';
import { firstUnpackedBytes } from '../unpacked-bytes.ts';
import type { DataSource, RowChunk } from './data-source.ts';
import { requireFinite } from './finite-rows.ts';
import { textOfNumber } from './number-text.ts';

/** Whether a file that has no ending is one of IDX: by its name, as MNIST's are called, or by its first bytes. */
export async function isIdx(path: string): Promise<boolean> {
  if (/idx\d-ubyte(\.gz)?$/i.test(path)) return true;
  const [first, second, type] = await firstUnpackedBytes(path, 4);
  return first === 0 && second === 0 && type! >= 8 && type! <= 14;
}

/** Opens an IDX file, the format of MNIST and its kin, compressed or not: it is read as a whole. */
export async function openIdx(path: string): Promise<DataSource> {
  const { data, shape } = await readIdx(path);
  if (shape.length < 2 || shape.length > 3 || shape.includes(0)) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${path}' holds ${shape.join(' x ')} values, but rows of data have two lengths, or three for grey images` +
        `${shape.length === 1 ? ': are these the labels?' : ''}`,
    );
  }
  const columns = shape.slice(1).reduce((product, length) => product * length, 1);
  const values = data instanceof Uint8Array ? data : Float32Array.from(data);
  requireFinite(values, 0, columns, `'${path}'`);
  return {
    type: data.constructor.name.replace('Array', '').toLowerCase(),
    shape: shape as [number, ...number[]],
    columns,
    image: imagesOfArray(shape)?.image,
    isInMemory: true,
    chunks: (rows) => chunks(values, columns, rows),
  };
}

async function* chunks(
  values: Float32Array | Uint8Array,
  columns: number,
  rows: number,
): AsyncGenerator<RowChunk> {
  for (let from = 0; from < values.length; from += rows * columns) {
    yield { data: values.subarray(from, from + rows * columns) };
  }
}

/**
 * The labels that an array of one length holds, as text; `''` for NaN.
 * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`
 */
export async function readIdxLabels(path: string): Promise<string[]> {
  const { data, shape } = await readIdx(path);
  const width = data instanceof Float32Array ? 4 : 8;
  if (shape.length === 1) return Array.from(data, (value) => textOfNumber(value, width));
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' holds ${shape.join(' x ')} values, but labels have one length: are these the images?`,
  );
}
