import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { HandfulError } from '../../core/errors.ts';
import { fileError } from '../../core/files.ts';
import { allocate } from '../../core/memory.ts';
import { imagesOfArray } from '../array-images.ts';
import { ByteReader } from './byte-reader.ts';
import type { DataSource, RowChunk } from './data-source.ts';
import { type ElementType, elementType, swapBytes } from './element-types.ts';
import { requireFinite } from './finite-rows.ts';

const MAGIC = '\x93NUMPY';

/** Bytes of a header that no honest file exceeds: NumPy itself refuses to evaluate more than 10,000. */
const MAX_HEADER_BYTES = 2 ** 20;

const READ_BYTES = 2 ** 20;

/** What the head of an NPY file claims. */
interface Header {
  type: ElementType;
  swapped: boolean;
  fortranOrder: boolean;
  shape: number[];
  /** Bytes of the head itself. */
  headerBytes: number;
}

/** Opens NumPy's format for one array: of any type of real number, in the order of C or of Fortran. */
export async function openNpy(path: string): Promise<DataSource> {
  try {
    const { size } = await stat(path);
    return await npySource(createReadStream(path, { highWaterMark: READ_BYTES }), size, `'${path}'`);
  } catch (error) {
    throw fileError(path, 'read', error);
  }
}

/**
 * The labels that an array of one length holds, as text: numbers or text, `''` for NaN.
 * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`
 */
export async function readNpyLabels(path: string): Promise<string[]> {
  const name = `'${path}'`;
  const reader = new ByteReader(createReadStream(path, { highWaterMark: READ_BYTES }));
  try {
    const { size } = await stat(path);
    const header = await readHeader(reader, name);
    const { shape, type, swapped } = header;
    if (shape.length !== 1) {
      throw formatError(name, `its shape is ${lengthsOf(header)}, but a list of labels has one length`);
    }
    checkSize(header, size, name);
    const bytes = await reader.read(shape[0]! * type.width);
    if (swapped) swapBytes(bytes, type.unit);
    return type.spell(bytes);
  } catch (error) {
    throw fileError(path, 'read', error);
  } finally {
    await reader.close();
  }
}

/**
 * An NPY array from a stream of `size` bytes. What its head claims is checked against the size before memory is
 * taken for it.
 * @param name what error messages call it
 * @throws HandfulError `ERR_FILE_FORMAT`
 */
export async function npySource(
  stream: AsyncIterable<Uint8Array>,
  size: number,
  name: string,
): Promise<DataSource> {
  const reader = new ByteReader(stream);
  try {
    const header = await readHeader(reader, name);
    const { shape, type } = header;
    checkShape(header, size, name);
    const images = imagesOfArray(shape);
    const columns = shape.slice(1).reduce((product, length) => product * length, 1);
    const layout = { rows: shape[0]!, columns, places: images?.places?.() };
    return {
      type: type.name,
      shape: shape as [number, ...number[]],
      columns,
      image: images?.image,
      chunks: (rows) =>
        header.fortranOrder
          ? fortranChunks(reader, header, layout, rows, name)
          : chunks(reader, header, layout, rows, name),
    };
  } catch (error) {
    await reader.close();
    throw error;
  }
}

async function readHeader(reader: ByteReader, name: string): Promise<Header> {
  const start = await reader.read(8);
  const magic = String.fromCharCode(...start.subarray(0, 6));
  const major = start[6];
  if (start.length < 8 || magic !== MAGIC || !(major === 1 || major === 2 || major === 3)) {
    throw formatError(name, 'expected the bytes 93 "NUMPY" and a version from 1 to 3 at its start');
  }
  const lengthBytes = await reader.read(major === 1 ? 2 : 4);
  const view = new DataView(lengthBytes.buffer);
  const complete = lengthBytes.length === (major === 1 ? 2 : 4);
  const length = complete ? (major === 1 ? view.getUint16(0, true) : view.getUint32(0, true)) : 0;
  if (length > MAX_HEADER_BYTES) throw formatError(name, `a header of ${length} bytes is impossible`);
  const text = new TextDecoder().decode(await reader.read(length));
  if (!complete || text.length < length) throw formatError(name, 'it ends within the header');
  return { ...parseHeader(text, name), headerBytes: start.length + lengthBytes.length + length };
}

/** What the header says: a dictionary as Python writes it, in quotes of either kind. */
function parseHeader(text: string, name: string): Omit<Header, 'headerBytes'> {
  const descr = /(["'])descr\1\s*:\s*(["'])(.*?)\2/.exec(text)?.[3];
  const order = /(["'])fortran_order\1\s*:\s*(True|False)/.exec(text)?.[2];
  const lengths = /(["'])shape\1\s*:\s*\(([\d\s,L]*)\)/.exec(text)?.[2];
  if (order === undefined || lengths === undefined || !/(["'])descr\1\s*:/.test(text)) {
    throw formatError(
      name,
      `expected descr, fortran_order and shape in its header but there is ${shorten(text.trim())}`,
    );
  }
  const found = elementType(descr ?? '');
  if (!found) {
    const type = descr === undefined ? 'records' : `of type '${shorten(descr)}'`;
    throw formatError(
      name,
      `its elements are ${type}, but only real numbers can be used, and text as labels: astype(numpy.float32) ` +
        'converts data, astype(str) labels',
    );
  }
  const shape = lengths
    .split(',')
    .filter((length) => length.trim() !== '')
    .map((length) => Number.parseInt(length, 10));
  return { ...found, fortranOrder: order === 'True', shape };
}

/** Refuses lengths that make no rows of data, or not as many bytes as there are. */
function checkShape(header: Header, size: number, name: string): void {
  const { shape, type } = header;
  const lengths = lengthsOf(header);
  if (shape.length < 2 || shape.length > 4 || (shape.length === 4 && !imagesOfArray(shape))) {
    throw formatError(
      name,
      `its shape is ${lengths}, but rows of data have two lengths (rows, columns), or three or four if they are ` +
        'images: (rows, height, width), with channels last or before the height, at most 4',
    );
  }
  if (!type.decode) {
    throw formatError(
      name,
      'its elements are text, but only real numbers can be used: astype(numpy.float32) converts',
    );
  }
  if (shape.includes(0)) throw formatError(name, `its shape is ${lengths}: there is nothing in it`);
  checkSize(header, size, name);
}

function checkSize(header: Header, size: number, name: string): void {
  const { shape, type, headerBytes } = header;
  const claimed = headerBytes + shape.reduce((product, length) => product * length, type.width);
  if (claimed !== size) {
    throw formatError(
      name,
      `its shape ${lengthsOf(header)} of ${type.name} makes ${claimed} bytes with the header of ${headerBytes}, but ` +
        `it has ${size}: ${size < claimed ? 'it is cut short' : `${size - claimed} trailing bytes`}`,
    );
  }
}

function lengthsOf({ shape }: Header): string {
  return `(${shorten(shape.join(', '))})`;
}

/** How the elements of an array make rows. */
interface Layout {
  rows: number;
  columns: number;
  /** For each column its place in the element; undefined where they are the same. */
  places: Int32Array | undefined;
}

async function* chunks(
  reader: ByteReader,
  header: Header,
  { rows, columns, places }: Layout,
  atATime: number,
  name: string,
): AsyncGenerator<RowChunk> {
  try {
    for (let row = 0; row < rows; row += atATime) {
      const count = Math.min(atATime, rows - row);
      const elements = await readElements(reader, header, count * columns, name);
      const data = places
        ? rearranged(elements, count, columns, (i, c) => i * columns + places[c]!)
        : elements;
      requireFinite(data, row, columns, name);
      yield { data };
    }
    await requireEnd(reader, name);
  } finally {
    await reader.close();
  }
}

/** In Fortran's order rows are scattered all over: the whole array is read, and turned a few rows at a time. */
async function* fortranChunks(
  reader: ByteReader,
  header: Header,
  { rows, columns, places }: Layout,
  atATime: number,
  name: string,
): AsyncGenerator<RowChunk> {
  try {
    const elements = await readElements(reader, header, rows * columns, name);
    await requireEnd(reader, name);
    const order = fortranPlaces(header.shape.slice(1));
    for (let row = 0; row < rows; row += atATime) {
      const count = Math.min(atATime, rows - row);
      const data = rearranged(
        elements,
        count,
        columns,
        (i, c) => row + i + rows * order[places ? places[c]! : c]!,
      );
      requireFinite(data, row, columns, name);
      yield { data };
    }
  } finally {
    await reader.close();
  }
}

/** For each element of a row, in C's order, its place in Fortran's. */
function fortranPlaces(lengths: readonly number[]): Int32Array {
  const count = lengths.reduce((product, length) => product * length, 1);
  return Int32Array.from({ length: count }, (_, element) => {
    let place = 0;
    let rest = element;
    for (let axis = lengths.length - 1; axis >= 0; axis--) {
      const stride = lengths.slice(0, axis).reduce((product, length) => product * length, 1);
      place += (rest % lengths[axis]!) * stride;
      rest = Math.floor(rest / lengths[axis]!);
    }
    return place;
  });
}

function rearranged<T extends Float32Array | Uint8Array>(
  elements: T,
  rows: number,
  columns: number,
  placeOf: (row: number, column: number) => number,
): T {
  const Type = elements.constructor as (new (length: number) => T) & { BYTES_PER_ELEMENT: number };
  const data = allocate(Type, rows * columns, `${rows} rows of ${columns} values`);
  for (let row = 0, to = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) data[to++] = elements[placeOf(row, column)]!;
  }
  return data;
}

async function readElements(
  reader: ByteReader,
  { type, swapped }: Header,
  count: number,
  name: string,
): Promise<Float32Array | Uint8Array> {
  const bytes = await reader.read(count * type.width);
  if (bytes.length < count * type.width) throw formatError(name, 'it is cut short');
  if (swapped) swapBytes(bytes, type.unit);
  return type.decode!(bytes);
}

async function requireEnd(reader: ByteReader, name: string): Promise<void> {
  if ((await reader.read(1)).length > 0) throw formatError(name, 'trailing bytes');
}

function shorten(text: string): string {
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function formatError(name: string, reason: string): HandfulError {
  return new HandfulError('ERR_FILE_FORMAT', `${name} is no array of rows that can be read: ${reason}`);
}
