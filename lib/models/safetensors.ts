import { HandfulError } from '../core/errors.ts';
import { allocate } from '../core/memory.ts';

/** Numbers with their shape. */
export interface Tensor {
  data: Float32Array | Float64Array;
  shape: readonly number[];
}

/** What a file in the format safetensors holds: named tensors, and texts about them. */
export interface Safetensors {
  metadata: Readonly<Record<string, string>>;
  tensors: Readonly<Record<string, Tensor>>;
}

const TYPES = { F32: Float32Array, F64: Float64Array } as const;
const LENGTH_BYTES = 8;
/** A tenth of what the format allows: room for the names of half a million classes, and read in a blink. */
const MAX_HEADER_BYTES = 10_000_000;
/** On which tensors begin, so that they can be looked at where they lie. */
const ALIGNMENT = 8;

/** What the header says of a tensor. */
interface TensorHeader {
  dtype: keyof typeof TYPES;
  shape: number[];
  data_offsets: [begin: number, end: number];
}

/**
 * The bytes of a file: the length of the header, the header as JSON, the numbers (little-endian) without gaps.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` for a header that is too large to be read again; `ERR_OUT_OF_MEMORY`
 */
export function formatSafetensors({ metadata, tensors }: Safetensors): Uint8Array {
  const header: Record<string, TensorHeader | Record<string, string>> = { __metadata__: { ...metadata } };
  // The wider ones first: so all begin on a multiple of their width.
  const entries = Object.entries(tensors).sort(
    ([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT,
  );
  let end = 0;
  for (const [name, { data, shape }] of entries) {
    const dtype = data instanceof Float64Array ? 'F64' : 'F32';
    header[name] = { dtype, shape: [...shape], data_offsets: [end, end + data.byteLength] };
    end += data.byteLength;
  }
  const json = Buffer.from(JSON.stringify(header));
  const headerBytes = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT;
  if (headerBytes > MAX_HEADER_BYTES) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected names of classes and other texts of at most ${MAX_HEADER_BYTES} bytes in all but they have ${headerBytes}`,
    );
  }
  const bytes = allocate(Uint8Array, LENGTH_BYTES + headerBytes + end, 'the bytes of the file');
  new DataView(bytes.buffer).setBigUint64(0, BigInt(headerBytes), true);
  bytes.fill(' '.charCodeAt(0), LENGTH_BYTES, LENGTH_BYTES + headerBytes);
  bytes.set(json, LENGTH_BYTES);
  let at = LENGTH_BYTES + headerBytes;
  for (const [, { data }] of entries) {
    bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at);
    at += data.byteLength;
  }
  return bytes;
}

/**
 * What the bytes of a file hold. Everything that the header claims is checked against their number before it is
 * believed.
 * @param name what error messages call the file
 * @throws HandfulError `ERR_FILE_FORMAT`
 */
export function parseSafetensors(bytes: Uint8Array, name: string): Safetensors {
  const fault = (reason: string, cause?: unknown) =>
    new HandfulError(
      'ERR_FILE_FORMAT',
      `${name} is no model of handful, nor any safetensors file: ${reason}`,
      { cause },
    );
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < LENGTH_BYTES) throw fault(`it has ${bytes.length} bytes`);
  const headerBytes = Number(view.getBigUint64(0, true));
  const start = LENGTH_BYTES + headerBytes;
  if (headerBytes > MAX_HEADER_BYTES || start > bytes.length) {
    throw fault(
      `it does not begin with the length of a header of at most ${MAX_HEADER_BYTES} bytes that it has`,
    );
  }
  let header: Record<string, unknown>;
  try {
    // A copy, because text is not decoded from shared memory.
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes.slice(LENGTH_BYTES, start)));
  } catch (error) {
    throw fault(`its header is not JSON: ${(error as Error).message}`, error);
  }
  if (header === null || typeof header !== 'object' || Array.isArray(header))
    throw fault('its header is not an object');
  const { __metadata__: metadata = {}, ...entries } = header;
  if (!isTexts(metadata)) throw fault('its metadata are not texts');
  const tensors: Record<string, Tensor> = Object.create(null);
  let end = 0;
  const byPlace = Object.entries(entries).map(([tensor, entry]) => {
    if (!isTensorHeader(entry)) throw fault(`what its header says of '${tensor}' is not understood`);
    return [tensor, entry] as const;
  });
  byPlace.sort(([, a], [, b]) => a.data_offsets[0] - b.data_offsets[0]);
  for (const [tensor, { dtype, shape, data_offsets }] of byPlace) {
    const Type = TYPES[dtype];
    const length = shape.reduce((product, each) => product * each, 1);
    const [from, to] = data_offsets;
    if (from !== end || to !== from + length * Type.BYTES_PER_ELEMENT || start + to > bytes.length) {
      throw fault(`'${tensor}' does not lie where its shape demands, or the file is cut short`);
    }
    end = to;
    // A copy in memory of its own, which so begins on a boundary.
    const data = allocate(Type as typeof Float64Array, length, `'${tensor}'`);
    new Uint8Array(data.buffer).set(bytes.subarray(start + from, start + to));
    tensors[tensor] = { data, shape };
  }
  if (start + end !== bytes.length) throw fault(`${bytes.length - start - end} trailing bytes`);
  return { metadata, tensors };
}

function isTexts(value: unknown): value is Record<string, string> {
  return (
    value !== null &&
    typeof value === 'object' &&
    Object.values(value).every((text) => typeof text === 'string')
  );
}

function isTensorHeader(value: unknown): value is TensorHeader {
  if (value === null || typeof value !== 'object') return false;
  const { dtype, shape, data_offsets } = value as Partial<TensorHeader>;
  const isCount = (each: unknown) => Number.isSafeInteger(each) && (each as number) >= 0;
  return (
    typeof dtype === 'string' &&
    Object.hasOwn(TYPES, dtype) &&
    Array.isArray(shape) &&
    shape.every(isCount) &&
    Array.isArray(data_offsets) &&
    data_offsets.length === 2 &&
    data_offsets.every(isCount)
  );
}
