/**
 * Every number of the pipeline that `FewLabels` runs, in one place. They were chosen on the training images of
 * Fashion-MNIST alone: on 50,000 of them, and on the other 10,000 as rows never seen.
 */
export const FEW_LABELS_DEFAULTS = {
  /**
   * Images are described by so many patches of their own, of 5 x 5 pixels: roots of their sums in the cells of a 4 x 4
   * grid.
   */
  patches: { patchSize: 5, stride: 1, nClusters: 192, gridSize: 4, squareRoot: true, nPatches: 100_000 },

  /** Rows that the principal components are found from: more change nothing. */
  sampleRows: 12_000,
  /** Principal components kept, and how far they are brought to one variance: divided by variance^(whiten / 2). */
  nComponents: 128,
  whiten: 0.5,

  /** Neighbours of a row in the graph, and of a new row. */
  nNeighbors: 10,

  /** Parts that labelled rows are divided into, to tell whether spreading serves, and how exactly it is solved there. */
  folds: 5,
  crossValidationTol: 1e-2,

  /** Share of a row's label that comes from its neighbours when the labels are spread. */
  spreadingAlpha: 0.95,
  /** How exactly that is solved: far more exactly than a probability is known. Only rows that are lost are solved anew. */
  spreadingTol: 1e-4,
  spreadingRowTol: Infinity,
  /** The regression's penalty: so much times ||coef||² / 2, as a share of the rows, for columns of variance 1. */
  penalty: 1e-4,
  /** What a row with a label weighs in it, as a share of all rows: 100 of them weigh a tenth of what all rows do. */
  regressionLabelWeight: 1e-3,
  /** No component of the mean gradient larger than this: the regression is only one voice of two. */
  regressionTol: 1e-5,
  /** The same share, when what both voices say is spread again. */
  refiningAlpha: 0.5,
  /** How many rows' beliefs a given label outweighs then. */
  refiningLabelWeight: 5,
} as const;
