import { formatCount, formatShare } from '../../core/numbers.ts';
import type { ReportDocument } from '../kit/document.ts';
import { formatEstimate } from '../kit/estimate.ts';
import { quoteName, quoteNames } from '../kit/names.ts';
import { confusedPairs } from './confused-pairs.ts';
import type { EvaluationRecord } from './record.ts';

/** The mistakes that are told in words. */
const TOLD_PAIRS = 3;

/** How well a model does, in words. */
export function evaluationFindings(record: EvaluationRecord): Pick<ReportDocument, 'headline' | 'lead'> {
  const { value, low, high } = record.accuracy;
  return {
    headline:
      `The model names ${formatShare(value)} of ${formatCount(record.support)} rows right; ` +
      `of all rows like these ${formatShare(low)} to ${formatShare(high)}, with 95 % confidence`,
    lead: [
      ...unknownClasses(record),
      baseline(record),
      confusions(record),
      ...bestAndWorst(record),
      calibration(record),
    ],
  };
}

function unknownClasses({ classes, model }: EvaluationRecord): string[] {
  const known = new Set(model.classes.map(String));
  const unknown = classes.filter(({ label }) => !known.has(label));
  if (unknown.length === 0) return [];
  const rows = unknown.reduce((sum, { support }) => sum + support, 0);
  return [
    `${formatCount(rows)} of the rows are labelled ${quoteNames(unknown.map(({ label }) => label))}, which the model ` +
      'does not know: of these it can name none right.',
  ];
}

function baseline({ classes, support }: EvaluationRecord): string {
  const largest = Math.max(...classes.map((each) => each.support));
  return `Always answering the most frequent class would be right for ${formatShare(largest / support)}.`;
}

function confusions({ confusion }: EvaluationRecord): string {
  const pairs = confusedPairs(confusion);
  if (pairs.length === 0) return 'No row is taken for anything else than it is.';
  const told = pairs
    .slice(0, TOLD_PAIRS)
    .map(
      ({ truth, predicted, count, size }) =>
        `${quoteName(truth)} taken for ${quoteName(predicted)} (${formatCount(count)} of ${formatCount(size)})`,
    );
  return `Most often confused: ${told.join('; ')}.`;
}

/** The classes that are told best and worst, where their intervals say that they differ. */
function bestAndWorst({ classes }: EvaluationRecord): string[] {
  const told = classes
    .filter(({ f1Score }) => !Number.isNaN(f1Score.value))
    .sort((a, b) => b.f1Score.value - a.f1Score.value);
  const [best, worst] = [told[0]!, told.at(-1)!];
  // No more than chance may lie between them.
  if (best.f1Score.low <= worst.f1Score.high) return [];
  return [
    `${quoteName(best.label)} is told best (F1 ${best.f1Score.value.toFixed(3)}), ` +
      `${quoteName(worst.label)} worst (F1 ${worst.f1Score.value.toFixed(3)}).`,
  ];
}

/** Whether the model is as sure as it should be: decided by the interval of the accuracy. */
function calibration({
  calibration: { bins, expectedCalibrationError },
  accuracy,
  support,
}: EvaluationRecord): string {
  const said = bins.reduce((sum, { confidence, count }) => sum + confidence * count, 0) / support;
  const points = 100 * (said - accuracy.value);
  const verdict =
    said > accuracy.high
      ? `${points.toFixed(1)} points too sure of itself`
      : said < accuracy.low
        ? `${(-points).toFixed(1)} points less sure of itself than it might be`
        : 'as sure of itself as it is right';
  return (
    `On average it says that its answers are right with a probability of ${formatShare(said)}: it is ${verdict}. ` +
    `Its expected calibration error is ${formatEstimate(expectedCalibrationError)}.`
  );
}
