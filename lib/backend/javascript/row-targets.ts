import type { LogisticRegressionOptions } from '../../../binding.d.ts';
import { BackendError } from './backend-error.ts';

/** What each row ought to be, in arrays of this backend's own. */
export interface RowTargets {
  /** For each row its class, or its most probable one, ties to the first. */
  labels: Int32Array;
  /** For each row the probabilities of its classes; undefined where the labels are all there is. */
  probabilities: Float32Array | undefined;
}

/** @throws BackendError `ERR_INVALID_ARGUMENT` unless there are either labels or targets */
export function rowTargets({ nClasses, labels, targets }: LogisticRegressionOptions): RowTargets {
  if (labels && !targets) return { labels: labels.slice(), probabilities: undefined };
  if (labels || !targets) {
    throw new BackendError('ERR_INVALID_ARGUMENT', 'Expected either labels or targets');
  }
  const surest = Int32Array.from({ length: targets.length / nClasses }, (_, row) => {
    const from = row * nClasses;
    let best = from;
    for (let k = from; k < from + nClasses; k++) if (targets[k] > targets[best]) best = k;
    return best - from;
  });
  return { labels: surest, probabilities: targets.slice() };
}
