import { HandfulError } from '../../core/errors.ts';
import { imagesOfArray } from '../array-images.ts';
import type { DataSource, RowChunk } from '../data-source.ts';
import { readIdx } from '../idx.ts';
import { requireFinite } from './finite-rows.ts';

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
    format: 'idx',
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
