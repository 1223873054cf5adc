import type { LinearModel, PatchCodebook, PatchGeometry } from '../../binding.d.ts';
import type { ClassLabel } from '../core/class-labels.ts';
import { invalidArgument } from '../core/errors.ts';
import type { ImageGeometry } from '../core/image-geometry.ts';
import type { Matrix } from '../core/matrix.ts';
import { LogisticRegression } from '../estimators/logistic-regression.ts';
import { FewLabels } from '../semi-supervised/few-labels.ts';
import { LabelSpreading } from '../semi-supervised/label-spreading.ts';

/** The estimators whose fits can be kept. */
export const ESTIMATORS = ['FewLabels', 'LogisticRegression'] as const;

/** How images are described by patches. */
export interface PatchParts extends PatchCodebook {
  geometry: PatchGeometry;
  gridSize: number;
  squareRoot: boolean;
  contrastEpsilon: number;
}

/** A linear step with an intercept, and a centre of its rows. */
export interface LinearParts {
  /** Outputs x inputs. */
  coef: Float32Array;
  /** One for each output. */
  intercept: Float64Array;
  /** One for each input: what is subtracted first. */
  center: Float64Array;
}

/** Classes as nearest rows have them. */
export interface NeighborParts {
  nNeighbors: number;
  /** Rows to search among, row-major. */
  rows: Float32Array;
  /** What each is, rows x classes. */
  distributions: Float32Array;
}

/** What the rows are, that a model was trained on and is to be given. */
export interface ModelInput {
  /** How rows are images; undefined where they are plain vectors. */
  image?: ImageGeometry;
  /** What values of the source of the data were multiplied by. Default 1. */
  scale?: number;
}

/**
 * Everything that a fitted model needs to predict, as numbers: rows are described by patches where `patches` is there
 * (then `projection` is too), projected and brought to length 1 where `projection` is, and then told apart by their
 * neighbours or by a regression.
 */
export interface ModelParts<Label extends ClassLabel = ClassLabel> {
  estimator: (typeof ESTIMATORS)[number];
  classes: readonly Label[];
  /** Of the rows that it predicts. */
  columns: number;
  input: ModelInput;
  patches?: PatchParts;
  projection?: LinearParts;
  neighbors?: NeighborParts;
  regression?: LinearParts;
}

/** A fitted estimator that can be kept. */
export type FittedModel<Label extends ClassLabel = ClassLabel> = FewLabels<Label> | LogisticRegression<Label>;

/**
 * The parts of a fitted estimator.
 * @throws HandfulError `ERR_NOT_FITTED`; `ERR_INVALID_ARGUMENT` for anything else
 */
export function partsOf<Label extends ClassLabel>(
  model: FittedModel<Label>,
  input: ModelInput,
): ModelParts<Label> {
  if (model instanceof FewLabels) return partsOfFewLabels(model, input);
  if (model instanceof LogisticRegression) {
    const regression = linearParts(model);
    return {
      estimator: 'LogisticRegression',
      classes: model.classes,
      columns: regression.center.length,
      input,
      regression,
    };
  }
  throw invalidArgument('model', 'a fitted FewLabels or LogisticRegression', model);
}

function partsOfFewLabels<Label extends ClassLabel>(
  model: FewLabels<Label>,
  input: ModelInput,
): ModelParts<Label> {
  const { patches, components, rows } = model.representation;
  const projection = withCenter(components.projection);
  const { classifier } = model;
  return {
    estimator: 'FewLabels',
    classes: model.classes,
    columns: patches ? imageValues(patches.geometry) : projection.center.length,
    input: { ...(patches && { image: imageOf(patches.geometry) }), ...input },
    ...(patches && {
      patches: {
        ...patches.codebook,
        geometry: patches.geometry,
        gridSize: patches.options.gridSize,
        squareRoot: patches.options.squareRoot,
        contrastEpsilon: patches.options.contrastEpsilon,
      },
    }),
    projection,
    ...(classifier instanceof LabelSpreading
      ? {
          neighbors: {
            nNeighbors: classifier.options.nNeighbors,
            rows: rows.toMatrix().data,
            distributions: classifier.labelDistributions.data,
          },
        }
      : { regression: linearParts(classifier) }),
  };
}

function linearParts({ coef, intercept }: { coef: Matrix; intercept: Float64Array }): LinearParts {
  return { coef: coef.data as Float32Array, intercept, center: new Float64Array(coef.shape[1]) };
}

function withCenter({ coef, intercept, center }: LinearModel): LinearParts {
  return { coef, intercept, center: center ?? new Float64Array(coef.length / intercept.length) };
}

function imageOf({ height, width, channels }: PatchGeometry): ImageGeometry {
  return { height, width, channels };
}

/** Values of an image. */
export function imageValues({ height, width, channels }: ImageGeometry): number {
  return height * width * channels;
}
