import { formatCount, formatShare } from '../../core/numbers.ts';
import type { CompareRecord } from '../../experiments/compare-record.ts';
import type { CompareRow } from '../../experiments/compare-rows.ts';
import { REFERENCE } from '../../experiments/strategies/catalogue.ts';
import type { ReportDocument } from '../kit/document.ts';
import { formatVerdict } from './tables.ts';

/** The budget that headlines speak of, if it was compared: the notebook's. */
const USUAL_LABELS = 100;

/** What a comparison found, in words. */
export function compareFindings({ rows }: CompareRecord): Pick<ReportDocument, 'headline' | 'lead'> {
  if (rows.length === 0) return { headline: 'No strategy has run beside labelling at random yet', lead: [] };
  const budgets = [...new Set(rows.map(({ budget }) => budget))];
  const usual = nearest(budgets, USUAL_LABELS);
  return {
    headline: headline(rows, usual),
    lead: [
      ...budgets.filter((budget) => budget !== usual).map((budget) => atBudget(rows, budget)),
      ...worthInLabels(rows, usual),
    ],
  };
}

function headline(rows: readonly CompareRow[], budget: number): string {
  const best = bestAt(rows, budget);
  const reference = at(rows, budget, REFERENCE.name)!;
  const count = `${formatCount(budget)} labels`;
  if (best === reference) {
    return `With ${count}, nothing does better than labelling at random: ${formatShare(reference.mean)}`;
  }
  const { low, value } = best.differenceToRandom;
  if (low === null) {
    return `With ${count}, ${best.strategy} reaches ${formatShare(best.mean)} in a single run, which proves nothing`;
  }
  return low > 0
    ? `With ${count}, ${best.strategy} reaches ${formatShare(best.mean)}: ${(100 * value).toFixed(1)} points more ` +
        'than labelling at random'
    : `With ${count}, no strategy is detectably better than labelling at random: ${formatShare(reference.mean)}`;
}

function atBudget(rows: readonly CompareRow[], budget: number): string {
  const best = bestAt(rows, budget);
  const count = `With ${formatCount(budget)} labels`;
  return best.strategy === REFERENCE.name
    ? `${count}, labelling at random does best: ${formatShare(best.mean)}.`
    : `${count}, ${best.strategy} does best: ${formatShare(best.mean)}; it ${verdict(best)}.`;
}

/** {@link formatVerdict} after `it`. */
function verdict({ differenceToRandom }: CompareRow): string {
  return formatVerdict(differenceToRandom).replace(/^no detectable gain/, 'shows no detectable gain');
}

/** How many labels at random the best strategy stands for, where the comparison has them. */
function worthInLabels(rows: readonly CompareRow[], budget: number): string[] {
  const best = bestAt(rows, budget);
  if (best.strategy === REFERENCE.name) return [];
  const asGood = rows.find(
    (row) => row.strategy === REFERENCE.name && row.budget > budget && row.mean >= best.mean,
  );
  return asGood
    ? [
        `At random, ${formatCount(asGood.budget)} labels are needed for what it does with ${formatCount(budget)}.`,
      ]
    : [];
}

function bestAt(rows: readonly CompareRow[], budget: number): CompareRow {
  return rows.filter((row) => row.budget === budget).sort((a, b) => b.mean - a.mean)[0]!;
}

function at(rows: readonly CompareRow[], budget: number, strategy: string): CompareRow | undefined {
  return rows.find((row) => row.budget === budget && row.strategy === strategy);
}

/** The number nearest to `wanted` on a logarithmic scale. */
function nearest(numbers: readonly number[], wanted: number): number {
  const distance = (each: number) => Math.abs(Math.log(each / wanted));
  return [...numbers].sort((a, b) => distance(a) - distance(b))[0]!;
}
