import type { Estimate } from '../../core/statistics.ts';
import type { LabellingState } from '../page-state.ts';

/** Labels below which there is no estimate, as the server has it. */
const LEAST_LABELS = 10;

/** What the labels are worth so far, in words: the figure, and what to know about it. */
export function estimateWords({ estimate, estimating, labelled }: LabellingState): {
  figure: string;
  about: string;
} {
  if (!estimate) {
    const missing = LEAST_LABELS - labelled;
    const about = estimating
      ? 'being estimated'
      : missing > 0
        ? `after ${missing} more ${missing === 1 ? 'label' : 'labels'}`
        : 'as soon as there are two classes';
    return { figure: '–', about };
  }
  const { accuracy, gain, labels } = estimate;
  const behind = labelled > labels ? `, with ${labels} of ${labelled} labels` : '';
  const about = `${percent(accuracy.low)} to ${percent(accuracy.high)}${behind}; ${gainWords(gain)}`;
  return { figure: `${percent(accuracy.value)} %`, about };
}

function percent(share: number): string {
  return (100 * share).toFixed(0);
}

/** A gain that is not worth the labels: points of accuracy for as many labels again. */
const WORTHLESS = 0.05;

/** Whether more labels still help, by what the second half of them did. */
function gainWords({ value, low, high }: Estimate): string {
  const points = (share: number) => `${share < 0 ? '−' : '+'}${Math.abs(100 * share).toFixed(0)}`;
  const change = `the second half of them brought ${points(value)} points (${points(low)} to ${points(high)})`;
  if (low > 0) return `more labels help: ${change}`;
  return high < WORTHLESS
    ? `more labels hardly help any more: ${change}`
    : `too few labels to say if more help: ${change}`;
}
