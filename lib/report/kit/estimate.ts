import type { Estimate } from '../../core/statistics.ts';
import { NOTHING } from './table.ts';

/** `0.845 (0.838 to 0.852)`; a dash if there is no figure. */
export function formatEstimate({ value, low, high }: Estimate): string {
  return Number.isNaN(value) ? NOTHING : `${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;
}
