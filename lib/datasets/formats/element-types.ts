import { Buffer } from 'node:buffer';
import { endianness } from 'node:os';

/** A type of number that arrays in files have. */
export interface ElementType {
  /** NumPy's name for it. */
  name: string;
  /** Bytes of an element. */
  width: number;
  /** Numbers from bytes in this machine's order that begin on a boundary of their width. */
  decode(bytes: Uint8Array<ArrayBuffer>): Float32Array | Uint8Array;
}

type NumberArray = { new (buffer: ArrayBuffer): ArrayLike<number>; BYTES_PER_ELEMENT: number };

function floatsFrom(name: string, Type: NumberArray): ElementType {
  return { name, width: Type.BYTES_PER_ELEMENT, decode: ({ buffer }) => Float32Array.from(new Type(buffer)) };
}

function floatsFromBig(name: string, Type: { new (buffer: ArrayBuffer): ArrayLike<bigint> }): ElementType {
  return { name, width: 8, decode: ({ buffer }) => Float32Array.from(Array.from(new Type(buffer), Number)) };
}

/** NumPy's letter and width of each type. */
const TYPES: ReadonlyMap<string, ElementType> = new Map([
  ['b1', { name: 'bool', width: 1, decode: (bytes) => bytes }],
  ['u1', { name: 'uint8', width: 1, decode: (bytes) => bytes }],
  ['i1', floatsFrom('int8', Int8Array)],
  ['u2', floatsFrom('uint16', Uint16Array)],
  ['i2', floatsFrom('int16', Int16Array)],
  ['u4', floatsFrom('uint32', Uint32Array)],
  ['i4', floatsFrom('int32', Int32Array)],
  ['u8', floatsFromBig('uint64', BigUint64Array)],
  ['i8', floatsFromBig('int64', BigInt64Array)],
  ['f2', { name: 'float16', width: 2, decode: ({ buffer }) => floatsOfHalves(new Uint16Array(buffer)) }],
  ['f4', { name: 'float32', width: 4, decode: ({ buffer }) => new Float32Array(buffer) }],
  ['f8', floatsFrom('float64', Float64Array)],
]);

/** The type of NumPy's `descr`, such as `<f4`, and whether its bytes are in the other order than this machine's. */
export function elementType(descr: string): { type: ElementType; swapped: boolean } | undefined {
  const [, order, code] = /^([<>|=])?([a-z]\d+)$/.exec(descr) ?? [];
  const type = TYPES.get(code ?? '');
  if (!type) return undefined;
  const own = endianness() === 'LE' ? '<' : '>';
  return { type, swapped: type.width > 1 && (order === '<' || order === '>') && order !== own };
}

/** Turns the bytes of each element round, in place. */
export function swapBytes(bytes: Uint8Array<ArrayBuffer>, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/** IEEE 754 half precision as single precision, which holds all of it. */
export function floatsOfHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
