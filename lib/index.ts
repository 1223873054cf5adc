/**
 * handful: trains a classifier from a handful of labels, at native speed.
 *
 * Words are scikit-learn's. Matrices are row-major; samples are rows, features are columns. Whatever computes
 * is asynchronous and takes `{ signal, onProgress }` in its last argument.
 */

export type { MatrixInput } from './backend/prepared-matrix.ts';
export { PreparedMatrix, prepare } from './backend/prepared-matrix.ts';
export type { Control, Progress } from './backend/run.ts';
export {
  type BackendInfo,
  type BackendName,
  backendInfo,
  type InstructionSet,
  setBackend,
  setInstructionSet,
  setThreads,
} from './backend/select.ts';
export type { ClassLabel } from './core/class-labels.ts';
export { AbortError, type ErrorCode, HandfulError } from './core/errors.ts';
export type { ImageGeometry, ImageShape } from './core/image-geometry.ts';
export type { FloatMatrix } from './core/matrix.ts';
export { type Matrix, takeRows } from './core/matrix.ts';
export { type FlatRows, matrix } from './core/matrix-of-rows.ts';
export type { Phases } from './core/phases.ts';
export { RandomState } from './core/random-state.ts';
export type { Estimate } from './core/statistics.ts';
export type { Dataset, DatasetSource, LabelledImages, SourceFile } from './datasets/dataset.ts';
export { type FashionMnistOptions, loadFashionMnist } from './datasets/fashion-mnist.ts';
export type { DataFormat } from './datasets/formats/index.ts';
export { type IdxArray, type IdxData, readIdx, writeIdx } from './datasets/idx.ts';
export {
  type DataOrigin,
  type LoadDataChunksOptions,
  type LoadDataOptions,
  type LoadedData,
  loadData,
  loadDataChunks,
} from './datasets/load-data.ts';
export { type LoadDatasetOptions, loadDataset } from './datasets/load-dataset.ts';
export { type LoadLabelsOptions, loadLabels, type RowLabels } from './datasets/load-labels.ts';
export { loadSyntheticGarments, type SyntheticOptions } from './datasets/synthetic.ts';
export { KMeans, type KMeansOptions } from './estimators/k-means.ts';
export type { KMeansInit } from './estimators/k-means-estimator.ts';
export {
  type KMeansPlusPlusCenters,
  type KMeansPlusPlusOptions,
  kmeansPlusPlus,
} from './estimators/k-means-plus-plus.ts';
export {
  LogisticRegression,
  type LogisticRegressionFitOptions,
  type LogisticRegressionOptions,
  type LogisticRegressionSolver,
} from './estimators/logistic-regression.ts';
export type { LogisticRegressionJson } from './estimators/logistic-regression-json.ts';
export { MiniBatchKMeans, type MiniBatchKMeansOptions } from './estimators/mini-batch-k-means.ts';
export {
  NearestNeighbors,
  type NearestNeighborsOptions,
  type Neighbors,
} from './estimators/nearest-neighbors.ts';
export {
  type ArgminMin,
  type Metric,
  type PairwiseDistancesOptions,
  pairwiseDistances,
  pairwiseDistancesArgminMin,
} from './estimators/pairwise-distances.ts';
export { type Norm, Normalizer, type NormalizerOptions } from './features/normalizer.ts';
export {
  type PatchCodebook,
  PatchFeatures,
  type PatchFeaturesOptions,
  type PatchFeaturesTransformOptions,
  type PatchGeometry,
} from './features/patch-features.ts';
export { type LinearModel, PCA, type PCAOptions } from './features/pca.ts';
export { StandardScaler, type StandardScalerOptions } from './features/standard-scaler.ts';
export {
  type Calibration,
  type CalibrationBin,
  type CalibrationOptions,
  calibrationCurve,
} from './metrics/calibration.ts';
export {
  accuracyScore,
  type ClassificationReport,
  type ClassificationReportOptions,
  type ClassReport,
  classificationReport,
} from './metrics/classification-report.ts';
export {
  type ConfusionMatrix,
  type ConfusionMatrixOptions,
  confusionMatrix,
} from './metrics/confusion-matrix.ts';
export { exportOnnx } from './models/export-onnx.ts';
export { loadModel, modelFromBytes, modelToBytes, saveModel } from './models/model-file.ts';
export type { FittedModel, ModelInput } from './models/model-parts.ts';
export { TrainedModel } from './models/trained-model.ts';
export { type RepresentativesOptions, representatives } from './selection/representatives.ts';
export {
  SELECTION_STRATEGIES,
  type SelectionStrategyName,
  type SelectRowsOptions,
  selectRows,
} from './selection/select-rows.ts';
export type { Selection } from './selection/strategy.ts';
export type { SparseMatrix } from './semi-supervised/affinity-matrix.ts';
export type { Annotator } from './semi-supervised/annotator.ts';
export {
  type AuditClustersOptions,
  type AuditedCluster,
  auditClusters,
  type ClusterAudit,
  propagateAudited,
} from './semi-supervised/cluster-audit.ts';
export {
  ClusterThenLabel,
  type ClusterThenLabelOptions,
  type Propagation,
} from './semi-supervised/cluster-then-label.ts';
export type { CrossValidation } from './semi-supervised/cross-validation.ts';
export {
  FewLabels,
  type FewLabelsOptions,
  type FewLabelsPickOptions,
  type FirstStrategyName,
} from './semi-supervised/few-labels.ts';
export {
  type ClassPrior,
  LabelSpreading,
  type LabelSpreadingFitOptions,
  type LabelSpreadingOptions,
} from './semi-supervised/label-spreading.ts';
export { NeighborGraph, type NeighborGraphOptions } from './semi-supervised/neighbor-graph.ts';
export type { PartialLabels, SoftLabels, SomeLabels } from './semi-supervised/partial-labels.ts';
export {
  type LabelledRows,
  type PropagateToNearestOptions,
  propagateToClusters,
  propagateToNearest,
} from './semi-supervised/propagation.ts';
export { Representation, type RepresentationOptions } from './semi-supervised/representation.ts';
export {
  SelfTraining,
  type SelfTrainingCriterion,
  type SelfTrainingOptions,
  type TerminationCondition,
} from './semi-supervised/self-training.ts';
