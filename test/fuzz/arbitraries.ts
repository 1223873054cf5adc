// What the fuzzer of the public functions generates.

import fc from 'fast-check';
import type { BackendName, Matrix } from '../../lib/index.ts';
import { backends } from '../support/backends.ts';

export const anyBackend: fc.Arbitrary<BackendName> = fc.constantFrom(...backends);

/** Numbers that are easily got wrong. */
const oddNumbers = [0, -0, 1, 2, 3, -1, 0.5, 1.5, 1e-40, 1e30, -1e30, 2 ** 31, 2 ** 32, 2 ** 53, Number.NaN];

/** Any value at all. */
export const anyValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown>(
    ...oddNumbers,
    Infinity,
    -Infinity,
    10n,
    '',
    'a',
    null,
    true,
    false,
    Symbol('odd'),
  ),
  fc.constantFrom<unknown>({}, [], [0], [[]], () => 1, new Date(0), new Map(), Object.create(null), /a/),
  fc.constantFrom<unknown>(new Float32Array(2), new Float64Array(3), new ArrayBuffer(8), new Int32Array(0)),
  fc.constantFrom<unknown>(
    { length: 2 },
    { length: -1 },
    { constructor: undefined },
    { constructor: { name: 1n } },
  ),
  fc.anything({ maxDepth: 1, maxKeys: 3, withBigInt: true, withTypedArray: true }),
);

/** Mostly undefined, seldom what is given. */
export function seldom<T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> {
  return fc.oneof({ arbitrary: fc.constant(undefined), weight: 12 }, { arbitrary, weight: 1 });
}

/** Mostly one of the sound, seldom one of the odd. */
export function mostly(sound: fc.Arbitrary<unknown>, ...odd: unknown[]): fc.Arbitrary<unknown> {
  return fc.oneof({ arbitrary: sound, weight: 30 }, { arbitrary: fc.constantFrom(...odd), weight: 1 });
}

/** Where the numbers of a matrix lie. */
const MEMORIES = {
  plain: (data: Float32Array | Uint8Array) => data,
  'an offset': (data: Float32Array | Uint8Array) => {
    const wider = new (data.constructor as Float32ArrayConstructor)(data.length + 3);
    wider.set(data, 3);
    return wider.subarray(3);
  },
  shared: (data: Float32Array | Uint8Array) => inBuffer(new SharedArrayBuffer(data.byteLength), data),
  'a Node buffer': (data: Float32Array | Uint8Array) =>
    data instanceof Uint8Array ? Buffer.from(data) : data,
  resizable: (data: Float32Array | Uint8Array) =>
    inBuffer(growing(ArrayBuffer, data.byteLength), data, data.length),
  'length-tracking': (data: Float32Array | Uint8Array) =>
    inBuffer(growing(ArrayBuffer, data.byteLength), data),
  growable: (data: Float32Array | Uint8Array) => inBuffer(growing(SharedArrayBuffer, data.byteLength), data),
  detached: (data: Float32Array | Uint8Array) => {
    structuredClone(data, { transfer: [data.buffer as ArrayBuffer] });
    return data;
  },
};

// The types of ES2023 do not know what Node 20 can already do.
function growing<Buffer extends ArrayBufferLike>(Type: new (bytes: number) => Buffer, bytes: number): Buffer {
  return Reflect.construct(Type, [bytes, { maxByteLength: 2 * bytes + 8 }]);
}

function inBuffer(buffer: ArrayBufferLike, data: Float32Array | Uint8Array, length?: number) {
  const view = new (data.constructor as Float32ArrayConstructor)(buffer as ArrayBuffer, 0, length);
  view.set(data);
  return view as Float32Array | Uint8Array;
}

export interface AnyMatrix {
  matrix: Matrix;
}

const anyElement = fc.oneof(
  { arbitrary: fc.integer({ min: 0, max: 3 }), weight: 6 },
  { arbitrary: fc.float({ noNaN: true, noDefaultInfinity: true }), weight: 3 },
  { arbitrary: fc.constantFrom(1e30, -1e30, 1e-40, 1e-6, 1e6, 255), weight: 2 },
);

/** A matrix of a few rows, mostly sound: with ties, huge and tiny numbers, in any kind of memory. */
export const anyMatrix: fc.Arbitrary<AnyMatrix> = fc
  .record({
    rows: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 12 }), weight: 20 }, fc.constant(0)),
    columns: fc.oneof({ arbitrary: fc.integer({ min: 1, max: 6 }), weight: 20 }, fc.constant(0)),
    values: fc.array(anyElement, { minLength: 1, maxLength: 30 }),
    bytes: fc.boolean(),
    memory: fc.oneof(
      { arbitrary: fc.constant('plain' as const), weight: 5 },
      fc.constantFrom(...(Object.keys(MEMORIES) as (keyof typeof MEMORIES)[])),
    ),
    scale: fc.oneof(
      { arbitrary: fc.constant(1), weight: 8 },
      fc.constantFrom(1 / 255, 1e-36, 2, 1e36, 1e300, 0),
    ),
    unsound: seldom(fc.constantFrom(Number.NaN, Infinity, -Infinity)),
    claims: seldom(fc.constantFrom(-1, 1.5, 2 ** 16, 2 ** 31, 2 ** 40, Number.NaN)),
  })
  .map(({ rows, columns, values, bytes, memory, scale, unsound, claims }) => {
    const elements = Array.from({ length: rows * columns }, (_, i) => values[(i * 7) % values.length]!);
    if (unsound !== undefined && elements.length > 0) elements[elements.length - 1] = unsound;
    const data = MEMORIES[memory](bytes ? Uint8Array.from(elements) : Float32Array.from(elements));
    const matrix: Matrix = { data, shape: [claims ?? rows, columns] };
    return { matrix: scale === 1 ? matrix : { ...matrix, scale } };
  });

const anyCount = mostly(
  fc.integer({ min: 1, max: 4 }),
  0,
  -1,
  1.5,
  Number.NaN,
  Infinity,
  '2',
  null,
  1e9,
  2 ** 53,
);
const anyShare = mostly(fc.double({ min: 0, max: 1, noNaN: true }), -1, 2, Number.NaN, '1', null);
const anyFlag = mostly(fc.boolean(), 1, 'true', null);

/** Options of any of the functions: each takes those that it knows. Iterations stay few, so that a case is short. */
export const anyOptions: fc.Arbitrary<Record<string, unknown>> = fc.record(
  {
    nClusters: anyCount,
    nNeighbors: anyCount,
    nComponents: fc.oneof(anyCount, anyShare),
    budget: mostly(fc.integer({ min: 2, max: 4 }), 0, 1, 1e9, Number.NaN, '3'),
    count: anyCount,
    share: anyShare,
    nInit: mostly(fc.constantFrom(1, 2), 0, Number.NaN, 'three'),
    maxIter: mostly(fc.constantFrom(1, 2, 20), 0, -1, Number.NaN, 1.5),
    batchSize: anyCount,
    initSize: anyCount,
    tol: mostly(fc.constantFrom(0, 1e-4, 1), -1, Number.NaN, Infinity),
    C: mostly(fc.constantFrom(1, 1e-9, 1e12, Infinity), 0, -1, Number.NaN),
    alpha: anyShare,
    init: mostly(fc.constantFrom('k-means++', 'random'), 'neither', null),
    metric: mostly(fc.constantFrom('euclidean', 'sqeuclidean', 'cosine'), 'taxi', 3),
    norm: mostly(fc.constantFrom('l1', 'l2', 'max'), 'l3'),
    solver: mostly(fc.constantFrom('preconditioned-lbfgs', 'lbfgs', 'gradient-descent'), 'newton'),
    strategy: mostly(fc.constantFrom('random', 'representatives', 'farthest-first', 'density'), 'no such'),
    fitIntercept: anyFlag,
    standardize: anyFlag,
    whiten: anyShare,
    unique: anyFlag,
    patchSize: mostly(fc.constantFrom(1, 2), 0, 9, '1'),
    gridSize: mostly(fc.constantFrom(1, 2), 0, 9, '1'),
    width: mostly(fc.constantFrom(1, 2), 0, 9, '1'),
    randomState: mostly(fc.constantFrom(0, 1, 2 ** 32 - 1), -1, 1.5, 'seed'),
    classPrior: mostly(fc.constantFrom<unknown>('none', 'uniform', 'estimated', [1, 2]), [0, 0], 'other'),
    labels: mostly(fc.constantFrom('two', 'words', 'many'), 'one', 'mixed', 'short', 'fractions'),
  },
  { requiredKeys: ['labels'] },
);
