/** Approximate inverses of one matrix a class, X' diag(w) X + the penalty, intercept included. */
export interface Preconditioner {
  /**
   * Makes the matrices anew from each class's weights of the rows; from a single one, all classes share it.
   * @throws NotPositiveDefinite
   */
  build(classWeights: readonly Float64Array[]): Promise<void>;
  /** Multiplies each class's part of a vector in place. */
  apply(vectors: readonly Float64Array[]): Promise<void>;
}
