import { HandfulError, invalidArgument } from '../core/errors.ts';
import {
  boolean,
  type Check,
  integer,
  type OptionTable,
  oneOf,
  optional,
  parseOptions,
} from '../core/options.ts';
import type { PlannedRun } from './run.ts';
import { audited } from './strategies/audited.ts';
import { COVERAGE, REFERENCE, STRATEGIES } from './strategies/catalogue.ts';
import type { Strategy } from './strategy.ts';

/** Seeds from the first to the last, both included. */
export interface SeedRange {
  from: number;
  to: number;
}

/** A comparison that has a name. */
export interface Preset {
  /** In words, for a reader. */
  title: string;
  strategies: readonly string[];
  budgets: readonly number[];
  seeds: SeedRange;
}

/** The comparisons that have names. */
export const PRESETS = {
  notebook: {
    title: "the notebook's ways to use 100 labels",
    strategies: ['random', 'representatives', 'propagated', 'partial'],
    budgets: [100],
    seeds: { from: 0, to: 19 },
  },
  best: {
    title: 'the best that handful knows, at any budget',
    strategies: ['random', 'representatives', 'few-labels-random', 'few-labels'],
    budgets: [10, 30, 100, 300, 1000],
    seeds: { from: 1000, to: 1019 },
  },
} as const satisfies Record<string, Preset>;

export type PresetName = keyof typeof PRESETS;

export const PRESET_NAMES = Object.keys(PRESETS) as PresetName[];

/** What may be chosen about a comparison. */
export interface CompareOptions {
  /** Where everything comes from that is not chosen here. Default `'notebook'`. */
  preset?: PresetName;
  /** Names of strategies; `random` is always among them, because all others are compared with it. */
  strategies?: readonly string[];
  /** True labels to use at most, 2 … training rows. */
  budgets?: readonly number[];
  /** The seeds that every strategy runs with, 0 … 2^32 - 1. */
  seeds?: SeedRange;
  /** Whether to set how far labels are propagated against how right they are. Default false. */
  coverage?: boolean;
  /** Whether to audit clusters with half of the labels. Default false. */
  audit?: boolean;
}

/** A comparison with everything settled. */
export interface ComparePlan {
  preset: PresetName;
  /** The reference first. */
  strategies: readonly Strategy[];
  /** Beside these, one for each share of the clusters that labels are propagated to, the smallest first. */
  coverage: readonly Strategy[];
  /** Ascending. */
  budgets: readonly number[];
  seeds: SeedRange;
}

const MAX_SEED = 2 ** 32 - 1;

const table: OptionTable<CompareOptions> = {
  preset: { check: oneOf(...PRESET_NAMES), default: 'notebook' },
  strategies: { check: optional(strategyNames), default: undefined },
  budgets: { check: optional(budgetList), default: undefined },
  seeds: { check: optional(seedRange), default: undefined },
  coverage: { check: boolean, default: false },
  audit: { check: boolean, default: false },
};

/**
 * Settles what is to be compared.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function planCompare(options?: CompareOptions): ComparePlan {
  const { preset, strategies, budgets, seeds, coverage, audit } = parseOptions(options, table, 'compare');
  const chosen: Preset = PRESETS[preset!];
  const names = [REFERENCE.name, ...(strategies ?? chosen.strategies), ...(audit ? [audited.name] : [])];
  return {
    preset: preset!,
    strategies: [...new Set(names)].map((name) => STRATEGIES.get(name)!),
    coverage: coverage ? COVERAGE : [],
    budgets: [...new Set(budgets ?? chosen.budgets)].sort((a, b) => a - b),
    seeds: seeds ?? chosen.seeds,
  };
}

/**
 * The runs of a comparison in the order in which they are best done: all of one seed before the next, so that what
 * they share is found once and a comparison that is interrupted has every strategy on the same seeds.
 */
export function plannedRuns({ strategies, coverage, budgets, seeds }: ComparePlan): PlannedRun[] {
  const runs: PlannedRun[] = [];
  for (let seed = seeds.from; seed <= seeds.to; seed++) {
    for (const strategy of new Set([...strategies, ...coverage])) {
      for (const budget of budgets) runs.push({ strategy, budget, seed });
    }
  }
  return runs;
}

function strategyNames(value: unknown, name: string): string[] {
  const check: Check<string> = oneOf(...STRATEGIES.keys());
  return list(value, name, 'names of strategies').map((each) => check(each, name));
}

function budgetList(value: unknown, name: string): number[] {
  return list(value, name, 'budgets of labels').map((each) => integer(2)(each, 'a budget of labels'));
}

function list(value: unknown, name: string, what: string): unknown[] {
  if (!Array.isArray(value) || value.length === 0) throw invalidArgument(name, `one or more ${what}`, value);
  return value;
}

function seedRange(value: unknown, name: string): SeedRange {
  const { from, to } = (value ?? {}) as Partial<SeedRange>;
  const check = integer(0, MAX_SEED);
  check(from, `${name}.from`);
  check(to, `${name}.to`);
  if (from! > to!) {
    throw new HandfulError(
      'ERR_INVALID_ARGUMENT',
      `Expected ${name} to go upward but received ${from}-${to}`,
    );
  }
  return { from: from!, to: to! };
}
