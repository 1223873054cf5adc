import type { ConfusionMatrix } from '../../metrics/confusion-matrix.ts';

/** A class that rows are of, and another that they were taken for. */
export interface ConfusedPair {
  truth: string;
  predicted: string;
  /** Rows of the first that were taken for the second, 1 or more. */
  count: number;
  /** All rows of the first. */
  size: number;
}

/** The mistakes that occur, the most frequent first. */
export function confusedPairs({ labels, counts }: ConfusionMatrix<string>): ConfusedPair[] {
  const width = labels.length;
  return labels
    .flatMap((truth, i) => {
      const row = counts.subarray(i * width, (i + 1) * width);
      const size = row.reduce((sum, count) => sum + count, 0);
      return Array.from(row, (count, j) => ({ truth, predicted: labels[j]!, count, size })).filter(
        ({ count, predicted }) => count > 0 && predicted !== truth,
      );
    })
    .sort((a, b) => b.count - a.count);
}
