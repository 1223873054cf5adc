import type { LabelledRows } from '../../semi-supervised/propagation.ts';
import type { Outcome, RunContext } from '../strategy.ts';

/**
 * The outcome if a few labelled rows happen to be of one class: nothing can be told apart, so every row is taken for
 * it. Undefined if there are more classes.
 */
export function outcomeOfOneClass(
  trainedOn: LabelledRows<number>,
  { test }: Pick<RunContext, 'test'>,
): Outcome | undefined {
  const [only, ...others] = trainedOn.labels;
  if (others.some((label) => label !== only)) return undefined;
  return { trainedOn, predicted: new Int32Array(test.shape[0]).fill(only!) };
}
