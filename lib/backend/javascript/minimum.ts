import type { StopReason } from '../../../binding.d.ts';

/** How a minimization ended. */
export interface Minimum {
  point: Float64Array;
  loss: number;
  maxGradient: number;
  /** Estimate of (loss - minimum) / loss; NaN without a preconditioner. */
  gap: number;
  nIter: number;
  converged: boolean;
  stopReason: StopReason;
  /** Whether the preconditioner, if there was one, served to the end. */
  preconditioned: boolean;
}
