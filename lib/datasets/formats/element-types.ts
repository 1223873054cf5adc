import { Buffer } from 'node:buffer';
import { endianness } from 'node:os';
import { textOfNumber } from './number-text.ts';

/** A type of element that arrays in files have. */
export interface ElementType {
  /** NumPy's name for it. */
  name: string;
  /** Bytes of an element. */
  width: number;
  /** Bytes of the units that the order of bytes concerns. */
  unit: number;
  /** Numbers from bytes in this machine's order that begin on a boundary of their width; undefined for text. */
  decode?(bytes: Uint8Array<ArrayBuffer>): Float32Array | Uint8Array;
  /** What each element says as a label: integers exactly, floats in their shortest form, NaN as nothing. */
  spell(bytes: Uint8Array<ArrayBuffer>): string[];
}

type Numbers<T> = { new (buffer: ArrayBuffer): ArrayLike<T>; BYTES_PER_ELEMENT: number };

function integers(name: string, Type: Numbers<number> | Numbers<bigint>): ElementType {
  const { BYTES_PER_ELEMENT: width } = Type;
  const read = Type as Numbers<number | bigint>;
  return {
    name,
    width,
    unit: width,
    decode: ({ buffer }) => Float32Array.from(new read(buffer), Number),
    spell: ({ buffer }) => Array.from(new read(buffer), String),
  };
}

function bytes(name: string): ElementType {
  return { ...integers(name, Uint8Array), decode: (elements) => elements };
}

function floats(
  name: string,
  width: 2 | 4 | 8,
  read: (buffer: ArrayBuffer) => ArrayLike<number>,
): ElementType {
  return {
    name,
    width,
    unit: width,
    decode: ({ buffer }) => {
      const numbers = read(buffer);
      return numbers instanceof Float32Array ? numbers : Float32Array.from(numbers);
    },
    spell: ({ buffer }) => Array.from(read(buffer), (value) => textOfNumber(value, width)),
  };
}

/** NumPy's letter and width of each type of number. */
const NUMBERS: ReadonlyMap<string, ElementType> = new Map([
  ['b1', bytes('bool')],
  ['u1', bytes('uint8')],
  ['i1', integers('int8', Int8Array)],
  ['u2', integers('uint16', Uint16Array)],
  ['i2', integers('int16', Int16Array)],
  ['u4', integers('uint32', Uint32Array)],
  ['i4', integers('int32', Int32Array)],
  ['u8', integers('uint64', BigUint64Array)],
  ['i8', integers('int64', BigInt64Array)],
  ['f2', floats('float16', 2, (buffer) => floatsOfHalves(new Uint16Array(buffer)))],
  ['f4', floats('float32', 4, (buffer) => new Float32Array(buffer))],
  ['f8', floats('float64', 8, (buffer) => new Float64Array(buffer))],
]);

/** Text of a fixed length, filled up with zeros: `U` counts code points of 4 bytes, `S` bytes of UTF-8. */
function text(letter: string, length: number): ElementType {
  const unit = letter === 'U' ? 4 : 1;
  const width = unit * length;
  return {
    name: letter === 'U' ? 'str' : 'bytes',
    width,
    unit,
    spell: (elements) =>
      Array.from({ length: elements.length / width }, (_, i) => {
        const element = elements.slice(i * width, (i + 1) * width);
        const letters =
          unit === 4 ? textOfPoints(new Uint32Array(element.buffer)) : Buffer.from(element).toString();
        return letters.replace(/\0+$/, '');
      }),
  };
}

function textOfPoints(points: Uint32Array): string {
  return Array.from(points, (point) => (point <= 0x10ffff ? String.fromCodePoint(point) : '\ufffd')).join('');
}

/** The type of NumPy's `descr`, such as `<f4`, and whether its bytes are in the other order than this machine's. */
export function elementType(descr: string): { type: ElementType; swapped: boolean } | undefined {
  const [, order, letter, digits] = /^([<>|=])?([a-zSU])(\d{1,9})$/.exec(descr) ?? [];
  if (!letter) return undefined;
  const isText = (letter === 'S' || letter === 'U') && Number(digits) > 0;
  const type = isText ? text(letter, Number(digits)) : NUMBERS.get(`${letter}${digits}`);
  if (!type) return undefined;
  const own = endianness() === 'LE' ? '<' : '>';
  return { type, swapped: type.unit > 1 && (order === '<' || order === '>') && order !== own };
}

/** Turns the bytes of each unit round, in place. */
export function swapBytes(bytes: Uint8Array<ArrayBuffer>, width: number): void {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  if (width === 2) buffer.swap16();
  else if (width === 4) buffer.swap32();
  else if (width === 8) buffer.swap64();
}

/** IEEE 754 half precision as single precision, which holds all of it. */
function floatsOfHalves(halves: Uint16Array): Float32Array {
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 0x1f;
    const fraction = half & 0x3ff;
    if (exponent === 0) return sign * fraction * 2 ** -24;
    if (exponent === 0x1f) return fraction ? Number.NaN : sign * Infinity;
    return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
  });
}
