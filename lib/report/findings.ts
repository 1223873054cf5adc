/** What came out, in words: what a reader should take away who reads nothing else. */
export interface Findings {
  /** One sentence. */
  headline: string;
  /** What else there is to say, a paragraph each; none or more. */
  sentences: string[];
}

/** A share of 0 … 1 as people say it: `83.9 %`. */
export function formatShare(share: number, digits = 1): string {
  return `${(100 * share).toFixed(digits)} %`;
}
