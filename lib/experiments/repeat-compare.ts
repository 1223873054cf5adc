import { readFile } from 'node:fs/promises';
import { HandfulError } from '../core/errors.ts';
import { fileError } from '../core/files.ts';
import { type CompareOptions, type ComparePlan, planCompare } from './compare.ts';
import type { CompareRecord } from './compare-record.ts';
import type { Run, RunEnvironment } from './run.ts';

/** What of a recorded comparison is needed to repeat it. */
export type RecordedComparison = Pick<CompareRecord, 'runs' | 'backend' | 'manifest'>;

/** How a strategy's runs at a budget came out again. */
export interface RepeatedRow {
  strategy: string;
  budget: number;
  runs: number;
  /** Runs that gave the recorded accuracy, to the last bit. */
  same: number;
  /** The largest difference of accuracy to what is recorded. */
  largestDifference: number;
}

/**
 * Reads what `handful compare --json` wrote.
 * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`
 */
export async function readComparison(path: string): Promise<RecordedComparison> {
  const text = await readFile(path, 'utf8').catch((error) => {
    throw fileError(path, 'read', error);
  });
  let record: Partial<RecordedComparison> | null;
  try {
    record = JSON.parse(text);
  } catch (error) {
    throw new HandfulError('ERR_FILE_FORMAT', `'${path}' is no JSON: ${(error as Error).message}`);
  }
  if (!Array.isArray(record?.runs) || !record.backend || !record.manifest?.fingerprint) {
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `Expected in '${path}' what 'handful compare --json' writes, with its runs and manifest`,
    );
  }
  return record as RecordedComparison;
}

/**
 * Refuses to repeat a comparison on other data.
 * @throws HandfulError `ERR_NOT_REPEATED`
 */
export function checkSameData({ manifest }: RecordedComparison, { data }: RunEnvironment): void {
  if (data === manifest.fingerprint) return;
  throw new HandfulError(
    'ERR_NOT_REPEATED',
    `Expected the data of the record, of fingerprint ${manifest.fingerprint}, but this has ${data}: choose ` +
      'the same data, split as it was then',
  );
}

/**
 * The recorded comparison, or that part of it which `choice` names, as a plan.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where the record lacks what is chosen
 */
export function planRepeat(
  { manifest }: RecordedComparison,
  choice: Pick<CompareOptions, 'strategies' | 'budgets' | 'seeds'>,
): ComparePlan {
  const whole = planCompare(manifest.options);
  const names = [...whole.strategies, ...whole.coverage].map(({ name }) => name);
  const strategies = chosenOf(names, choice.strategies, 'strategies');
  const { from, to } = whole.seeds;
  const seeds = choice.seeds ?? whole.seeds;
  if (seeds.from < from || seeds.to > to)
    throw notRecorded('seeds', `${seeds.from}-${seeds.to}`, [`${from}-${to}`]);
  return {
    ...whole,
    strategies: whole.strategies.filter(({ name }) => strategies.includes(name)),
    coverage: whole.coverage.filter(({ name }) => strategies.includes(name)),
    budgets: chosenOf(whole.budgets, choice.budgets, 'budgets of labels'),
    seeds,
  };
}

function chosenOf<T>(recorded: readonly T[], chosen: readonly T[] | undefined, what: string): readonly T[] {
  const missing = chosen?.find((each) => !recorded.includes(each));
  if (missing !== undefined) throw notRecorded(what, String(missing), recorded.map(String));
  return chosen ?? recorded;
}

function notRecorded(what: string, missing: string, recorded: readonly string[]): HandfulError {
  return new HandfulError(
    'ERR_INVALID_ARGUMENT',
    `Expected ${what} that are recorded, ${recorded.join(', ')}, but received ${missing}`,
  );
}

/** The runs beside what is recorded of them, by budget and strategy. */
export function repeatedRows(runs: readonly Run[], { runs: recorded }: RecordedComparison): RepeatedRow[] {
  const rows = new Map<string, RepeatedRow>();
  for (const { strategy, budget, seed, accuracy } of runs) {
    const before = recorded.find(
      (run) => run.strategy === strategy && run.budget === budget && run.seed === seed,
    );
    const key = `${strategy} ${budget}`;
    const row = rows.get(key) ?? { strategy, budget, runs: 0, same: 0, largestDifference: 0 };
    rows.set(key, row);
    // A run that is not recorded, because the record was cut, differs by all there is.
    const difference = before === undefined ? 1 : Math.abs(accuracy - before.accuracy);
    row.runs++;
    row.same += Number(difference === 0);
    row.largestDifference = Math.max(row.largestDifference, difference);
  }
  return [...rows.values()];
}
