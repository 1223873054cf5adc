import type { LogisticRegressionResult } from '../../binding.d.ts';

const REASONS = {
  tolerance: 'the gradient is within tol',
  maxIter: 'maxIter was reached',
  precision: 'no step lowers the loss any further in the arithmetic used',
  oneClass: 'one class leaves nothing to learn',
} as const;

const FAILURES = {
  notPositiveDefinite: 'was not positive definite',
  tooLarge: 'would have taken too much memory',
} as const;

/** Why a solver stopped, in words, and what became of a preconditioner that did not serve to the end. */
export function stopReasonInWords({
  stopReason,
  withoutPreconditioner,
}: Pick<LogisticRegressionResult, 'stopReason' | 'withoutPreconditioner'>): string {
  const failure =
    withoutPreconditioner && `; without preconditioner, which ${FAILURES[withoutPreconditioner]}`;
  return `${REASONS[stopReason]}${failure ?? ''}`;
}
