// Gives every public function and file reader generated arguments, sound and unsound, on both backends. Whatever comes,
// each must answer what is true, or throw one HandfulError with a code: `npm run test:fuzz`, or by itself
// [--cases N] [--seed N] [--only NAME]. Prints how many cases there were; ends with 1 where one of them was wrong.

import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { setBackend } from '../../lib/backend/select.ts';
import * as handful from '../../lib/index.ts';
import bundle from '../support/bundle.ts';
import { answersOrRefuses, type Property, settlesOrRefuses, tally } from './answers.ts';
import { type AnyMatrix, anyBackend, anyMatrix, anyOptions, anyValue, seldom } from './arbitraries.ts';
import { CALLS } from './calls.ts';
import { FILE_PROPERTIES, removeFiles } from './files.ts';
import { LABEL_PROPERTIES } from './label-calls.ts';

const { values } = parseArgs({
  options: {
    cases: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string' },
  },
});
await bundle(); // of the same sources, the worker that reads Parquet and Arrow

const cases = Number(values.cases);
const seed = Number(values.seed);

const PROPERTIES: Record<string, Property> = {
  'what is no matrix, for everything that takes one': {
    share: 15,
    property: fc.asyncProperty(
      anyBackend,
      fc.constantFrom(...Object.keys(CALLS)),
      fc.oneof(anyValue, fc.record({ data: anyValue, shape: anyValue, scale: anyValue })),
      anyValue,
      async (backend, name, X, odd) => {
        setBackend(backend);
        return settlesOrRefuses(() => CALLS[name]!(X as handful.Matrix, {}, odd));
      },
    ),
  },
  'any matrix and any options, for everything that takes them': {
    share: 35,
    property: fc.asyncProperty(
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
  },
  'any JSON for a logistic regression, any words for a generator, and any settings': {
    share: 5,
    property: fc.property(fc.anything(), anyValue, anyValue, (json, low, high) => {
      answersOrRefuses(() => handful.LogisticRegression.fromJSON(json));
      answersOrRefuses(() => handful.RandomState.fromWords(json as Uint32Array));
      answersOrRefuses(() => new handful.RandomState(json as number));
      answersOrRefuses(() => handful.setBackend(low as handful.BackendName));
      answersOrRefuses(() => handful.setInstructionSet(low as string));
      return answersOrRefuses(() => new handful.RandomState(0).randint(low as number, high as number));
    }),
  },
  ...LABEL_PROPERTIES,
  ...FILE_PROPERTIES,
};

const chosen = Object.entries(PROPERTIES).filter(([name]) => name.includes(values.only ?? ''));
const shares = chosen.reduce((sum, [, { share }]) => sum + share, 0);
let count = 0;
let wrong = 0;
for (const [name, { share, property }] of chosen) {
  const numRuns = Math.ceil((cases * share) / shares);
  tally.answered = 0;
  try {
    await fc.assert(property, { numRuns, seed });
    count += numRuns;
    console.log(`${name}: ${numRuns}, of which ${tally.answered} answered`);
  } catch (error) {
    wrong++;
    console.error(`${name}: ${(error as Error).message}`, (error as Error).cause ?? '');
  }
}
await removeFiles();
console.log(`${count} cases`);
process.exit(wrong === 0 ? 0 : 1);
