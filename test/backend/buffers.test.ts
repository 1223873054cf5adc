import { expect, it } from 'vitest';
import type { Operations } from '../../binding.d.ts';
import { activeBackend } from '../../lib/backend/select.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { pairwiseDistances } from '../../lib/index.ts';
import { describeOnBackends } from '../support/backends.ts';
import { endless, someRows } from '../support/endless.ts';
import { expectError } from '../support/errors.ts';

const ROWS = 3000;
const COLUMNS = 20;

type Arrays = Record<string, Float32Array | Float64Array | Int32Array | Uint32Array>;
type Start = (operations: Operations, arrays: Arrays) => Promise<unknown>;

const numbers = (length: number) => Array.from({ length }, (_, i) => Math.cos(i * 78.233) % 1);
const rowsOf = (operations: Operations) => someRows(operations, ROWS, COLUMNS);

/** For every operation that takes arrays beside its rows: the arrays, and how it starts. */
const CALLS: [name: string, arrays: () => Arrays, start: Start][] = [
  [
    'assign',
    () => ({ centers: Float32Array.from(numbers(30 * COLUMNS)) }),
    (operations, { centers }) =>
      operations.assign(operations.createJob(), rowsOf(operations), centers as Float32Array),
  ],
  [
    'miniBatchKMeans',
    () => ({ init: Float32Array.from(numbers(8 * COLUMNS)), randomState: endless.randomState.slice() }),
    (operations, arrays) =>
      operations.miniBatchKMeans(operations.createJob(), rowsOf(operations), {
        ...endless,
        ...arrays,
        maxIter: 4,
      }),
  ],
  [
    'miniBatchKMeansStep',
    () => ({
      centers: Float32Array.from(numbers(30 * COLUMNS)),
      counts: new Float64Array(30).fill(5),
      randomState: endless.randomState.slice(),
    }),
    (operations, arrays) =>
      operations.miniBatchKMeansStep(operations.createJob(), rowsOf(operations), {
        ...(arrays as { centers: Float32Array; counts: Float64Array; randomState: Uint32Array }),
        reassign: true,
        reassignmentRatio: 0.01,
      }),
  ],
  [
    'logisticRegression',
    () => ({
      labels: Int32Array.from({ length: ROWS }, (_, i) => i % 3),
      sampleWeight: new Float64Array(ROWS).fill(0.5),
      start: new Float64Array(3 * (COLUMNS + 1)).fill(0.1),
    }),
    (operations, arrays) =>
      operations.logisticRegression(operations.createJob(), rowsOf(operations), {
        ...(arrays as { labels: Int32Array; sampleWeight: Float64Array; start: Float64Array }),
        nClasses: 3,
        C: 1,
        fitIntercept: true,
        solver: 'lbfgs',
        maxIter: 20,
        tol: 1e-6,
      }),
  ],
  [
    'logisticRegression by targets',
    () => ({
      targets: Float32Array.from({ length: 2 * ROWS }, (_, i) => (i % 4 === 0 || i % 4 === 3 ? 0.75 : 0.25)),
    }),
    (operations, { targets }) =>
      operations.logisticRegression(operations.createJob(), rowsOf(operations), {
        targets: targets as Float32Array,
        nClasses: 2,
        C: 1,
        fitIntercept: true,
        solver: 'lbfgs',
        maxIter: 20,
        tol: 1e-6,
      }),
  ],
  [
    'linear',
    () => ({ coef: Float32Array.from(numbers(10 * COLUMNS)), intercept: new Float64Array(10).fill(1) }),
    (operations, arrays) =>
      operations.linear(
        operations.createJob(),
        rowsOf(operations),
        arrays as { coef: Float32Array; intercept: Float64Array },
        'decision',
      ),
  ],
];

/** What JavaScript can do to an array while an operation runs. */
const DISTURBANCES: [what: string, disturb: (array: Arrays[string]) => void][] = [
  ['written to', (array) => array.fill(12345)],
  ['transferred away', (array) => structuredClone(array, { transfer: [array.buffer as ArrayBuffer] })],
];

describeOnBackends('an array that a running operation was given', () => {
  for (const [what, disturb] of DISTURBANCES) {
    it.each(CALLS)(`may be ${what} meanwhile: %s`, async (_name, makeArrays, start) => {
      const { operations } = activeBackend();
      const undisturbed = await start(operations, makeArrays());
      const arrays = makeArrays();
      const running = start(operations, arrays);
      for (const array of Object.values(arrays)) disturb(array);
      expect(await running).toEqual(undisturbed);
    });
  }
});

const data = () => Float32Array.from(numbers(200 * COLUMNS));
const matrixOf = (array: Float32Array): Matrix => ({ data: array, shape: [200, COLUMNS] });

// The types of ES2023 do not know what Node 20 can already do.
type MostBytes = { maxByteLength: number };
const ResizableBuffer = ArrayBuffer as unknown as new (
  bytes: number,
  options: MostBytes,
) => ArrayBuffer & { resize(bytes: number): void };
const GrowableBuffer = SharedArrayBuffer as unknown as new (
  bytes: number,
  options: MostBytes,
) => SharedArrayBuffer & { grow(bytes: number): void };

/** The numbers in another kind of memory, and what takes the memory away. */
const MEMORIES: [what: string, make: () => { array: Float32Array<ArrayBufferLike>; takeAway: () => void }][] =
  [
    [
      'an ArrayBuffer that is transferred away',
      () => {
        const array = data();
        return { array, takeAway: () => structuredClone(array, { transfer: [array.buffer] }) };
      },
    ],
    [
      'a resizable ArrayBuffer that shrinks to nothing',
      () => {
        const bytes = 4 * data().length;
        const buffer = new ResizableBuffer(bytes, { maxByteLength: 2 * bytes });
        const array = new Float32Array(buffer);
        array.set(data());
        return { array, takeAway: () => buffer.resize(0) };
      },
    ],
    [
      'a SharedArrayBuffer that is written to',
      () => {
        const array = new Float32Array(new SharedArrayBuffer(4 * data().length));
        array.set(data());
        return { array, takeAway: () => array.fill(NaN) };
      },
    ],
    [
      'a growable SharedArrayBuffer that grows',
      () => {
        const bytes = 4 * data().length;
        const buffer = new GrowableBuffer(bytes, { maxByteLength: 2 * bytes });
        const array = new Float32Array(buffer);
        array.set(data());
        return { array, takeAway: () => buffer.grow(2 * bytes) };
      },
    ],
  ];

describeOnBackends('a matrix', () => {
  it.each(MEMORIES)('may lie in %s during the call', async (_what, make) => {
    const undisturbed = await pairwiseDistances(matrixOf(data()), matrixOf(data()));
    const { array, takeAway } = make();
    const running = pairwiseDistances(matrixOf(array), matrixOf(data()));
    takeAway();
    expect(await running).toEqual(undisturbed);
  });

  it('whose buffer is gone already is refused', async () => {
    const array = data();
    structuredClone(array, { transfer: [array.buffer] });
    await expectError(
      pairwiseDistances(matrixOf(array), matrixOf(data())),
      'ERR_INVALID_ARGUMENT',
      'transferred',
    );
  });
});
