// Gives every public function and file reader generated arguments, sound and unsound, on both backends. Whatever comes,
// each must answer what is true, or throw one HandfulError with a code: `npm run test:fuzz`, or by itself
// [--cases N] [--seed N] [--only NAME]. Prints how many cases there were; ends with 1 where one of them was wrong.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { setBackend } from '../../lib/backend/select.ts';
import { formatIdx, type IdxArray, parseIdx } from '../../lib/datasets/idx.ts';
import * as handful from '../../lib/index.ts';
import { type AnyMatrix, anyBackend, anyMatrix, anyOptions, anyValue, seldom } from './arbitraries.ts';
import { CALLS } from './calls.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
const cases = Number(values.cases);
const seed = Number(values.seed);

const CODES = [
  ...['ERR_INVALID_ARGUMENT', 'ERR_NOT_FINITE', 'ERR_NOT_FITTED', 'ERR_BACKEND', 'ERR_DATASET', 'ERR_FILE'],
  ...['ERR_FILE_FORMAT', 'ERR_OUT_OF_MEMORY', 'ABORT_ERR'],
];

/** Whether it is the one class of error, with a code and words. */
function isClear(error: unknown): boolean {
  return error instanceof handful.HandfulError && CODES.includes(error.code) && error.message.length > 10;
}

/** How many of the cases of one property were answered. */
let answered = 0;

/** True where it answers, or refuses clearly; else throws what it threw. */
function answersOrRefuses(work: () => unknown): boolean {
  try {
    work();
    answered++;
  } catch (error) {
    if (!isClear(error)) throw error;
  }
  return true;
}

async function settlesOrRefuses(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    answered++;
  } catch (error) {
    if (!isClear(error)) throw error;
  }
  return true;
}

const folder = await mkdtemp(join(tmpdir(), 'handful-fuzz-'));

const anyType = fc.constantFrom(Uint8Array, Int8Array, Int16Array, Int32Array, Float32Array, Float64Array);
const anyArray: fc.Arbitrary<IdxArray> = fc
  .tuple(anyType, fc.array(fc.integer({ min: 0, max: 5 }), { minLength: 1, maxLength: 4 }), fc.integer())
  .map(([Type, shape, start]) => {
    const length = shape.reduce((product, side) => product * side, 1);
    return { data: Type.from(Array.from({ length }, (_, i) => start + i)), shape };
  });

/** The bytes of a file, a few of them changed, cut anywhere or with more behind. */
const damagedFile = fc
  .record({
    array: anyArray,
    changes: fc.array(fc.tuple(fc.nat({ max: 40 }), fc.nat({ max: 255 })), { maxLength: 2 }),
    length: seldom(fc.nat({ max: 60 })),
    more: seldom(fc.uint8Array({ maxLength: 4 })),
  })
  .map(({ array, changes, length, more }) => {
    const bytes = Uint8Array.from([...formatIdx(array), ...(more ?? [])]);
    for (const [place, value] of changes) if (place < bytes.length) bytes[place] = value;
    return bytes.slice(0, length);
  });

const isArray = ({ data, shape }: IdxArray) =>
  data.length === shape.reduce((product, side) => product * side, 1);

interface Property {
  /** Share of all cases. */
  share: number;
  check: (numRuns: number) => unknown;
}

const options = (numRuns: number) => ({ numRuns, seed });

const PROPERTIES: Record<string, Property> = {
  'bytes that may be an IDX array': {
    share: 0.3,
    check: (numRuns) =>
      fc.assert(
        fc.property(fc.oneof(damagedFile, fc.uint8Array({ maxLength: 40 })), (bytes) =>
          answersOrRefuses(() => {
            if (!isArray(parseIdx(bytes))) throw new Error('an array of another length than its shape');
          }),
        ),
        options(numRuns),
      ),
  },
  'an IDX array written and read': {
    share: 0.1,
    check: (numRuns) =>
      fc.assert(
        fc.property(anyArray, (array) => {
          const { data, shape } = parseIdx(formatIdx(array));
          answered++;
          return (
            data.constructor === array.data.constructor &&
            shape.join() === array.shape.join() &&
            data.every((value, i) => Object.is(value, array.data[i]))
          );
        }),
        options(numRuns),
      ),
  },
  'a file that may be an IDX file': {
    share: 0.02,
    check: (numRuns) =>
      fc.assert(
        fc.asyncProperty(
          damagedFile,
          fc.boolean(),
          seldom(fc.nat({ max: 80 })),
          async (bytes, packs, cut) => {
            const content = packs ? gzipSync(bytes) : bytes;
            const file = join(folder, 'file');
            await writeFile(file, content.subarray(0, cut));
            return settlesOrRefuses(async () => {
              if (!isArray(await handful.readIdx(file)))
                throw new Error('an array of another length than its shape');
            });
          },
        ),
        options(numRuns),
      ),
  },
  'what is no matrix, for everything that takes one': {
    share: 0.2,
    check: (numRuns) =>
      fc.assert(
        fc.asyncProperty(
          anyBackend,
          fc.constantFrom(...Object.keys(CALLS)),
          fc.oneof(anyValue, fc.record({ data: anyValue, shape: anyValue, scale: anyValue })),
          anyValue,
          async (backend, name, X, odd) => {
            setBackend(backend);
            return settlesOrRefuses(() => CALLS[name]!(X as handful.Matrix, {}, odd));
          },
        ),
        options(numRuns),
      ),
  },
  'any matrix and any options, for everything that takes them': {
    share: 0.33,
    check: (numRuns) =>
      fc.assert(
        fc.asyncProperty(
          anyBackend,
          fc.constantFrom(...Object.keys(CALLS)),
          anyMatrix,
          anyOptions,
          seldom(anyValue),
          async (backend, name, { matrix }: AnyMatrix, given, odd) => {
            setBackend(backend);
            return settlesOrRefuses(() => CALLS[name]!(matrix, given, odd));
          },
        ),
        options(numRuns),
      ),
  },
  'any JSON for a logistic regression, and any words for a generator': {
    share: 0.05,
    check: (numRuns) =>
      fc.assert(
        fc.property(fc.anything(), anyValue, anyValue, (json, low, high) => {
          answersOrRefuses(() => handful.LogisticRegression.fromJSON(json));
          answersOrRefuses(() => handful.RandomState.fromWords(json as Uint32Array));
          answersOrRefuses(() => new handful.RandomState(json as number));
          return answersOrRefuses(() => new handful.RandomState(0).randint(low as number, high as number));
        }),
        options(numRuns),
      ),
  },
};

let count = 0;
let wrong = 0;
for (const [name, { share, check }] of Object.entries(PROPERTIES)) {
  if (values.only && !name.includes(values.only)) continue;
  const numRuns = Math.ceil(cases * share);
  answered = 0;
  try {
    await check(numRuns);
    count += numRuns;
    console.log(`${name}: ${numRuns}, of which ${answered} answered`);
  } catch (error) {
    wrong++;
    console.error(`${name}: ${(error as Error).message}`, (error as Error).cause ?? '');
  }
}
await rm(folder, { recursive: true });
console.log(`${count} cases`);
process.exit(wrong === 0 ? 0 : 1);
