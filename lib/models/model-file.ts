import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { PatchGeometry } from '../../binding.d.ts';
import { areDistinctLabels, type ClassLabel, checkLabels } from '../core/class-labels.ts';
import { countOf, HandfulError, invalidArgument, unfitArgument } from '../core/errors.ts';
import { fileError, statPath, writeWholeFile } from '../core/files.ts';
import { checkImageShape, type ImageGeometry } from '../core/image-geometry.ts';
import { integer, number, type OptionTable, oneOf, parseOptions } from '../core/options.ts';
import { checkProbabilities } from '../estimators/class-targets.ts';
import { version } from '../version.ts';
import {
  ESTIMATORS,
  type FittedModel,
  imageValues,
  type LinearParts,
  type ModelInput,
  type ModelParts,
  partsOf,
} from './model-parts.ts';
import { formatSafetensors, parseSafetensors, type Tensor } from './safetensors.ts';
import { TrainedModel } from './trained-model.ts';

/** Says what the file is, and in which version of the format: docs/model-format.md tells it. */
const FORMAT = 'handful.model';
const VERSION = '1';

/** What the header says of a model, beside its numbers. */
interface ModelHeader {
  estimator: ModelParts['estimator'];
  classes: readonly ClassLabel[];
  columns: number;
  input: ModelInput;
  patches?: { geometry: PatchGeometry; gridSize: number; squareRoot: boolean; contrastEpsilon: number };
  nNeighbors?: number;
}

const geometryTable: OptionTable<PatchGeometry> = {
  height: { check: integer(1), default: 0 },
  width: { check: integer(1), default: 0 },
  channels: { check: integer(1), default: 0 },
  patchSize: { check: integer(1), default: 0 },
  stride: { check: integer(1), default: 0 },
};

/**
 * Writes a fitted estimator to a file, from which any later version of this package makes it again: `loadModel`. The
 * file appears whole or not at all.
 * @param model a fitted `FewLabels` or `LogisticRegression`, or one that was loaded
 * @param input what its rows are, to be told with it
 * @throws HandfulError as {@link modelToBytes}; `ERR_FILE`
 */
export async function saveModel<Label extends ClassLabel>(
  path: string,
  model: FittedModel<Label> | TrainedModel<Label>,
  input: ModelInput = {},
): Promise<void> {
  await writeWholeFile(path, await modelToBytes(model, input));
}

/**
 * A fitted estimator as the bytes of a file, for a database or a store of objects: `modelFromBytes` makes it again.
 * @param model a fitted `FewLabels` or `LogisticRegression`, or one that was loaded
 * @param input what its rows are, to be told with it
 * @throws HandfulError `ERR_NOT_FITTED`, `ERR_INVALID_ARGUMENT`, `ERR_OUT_OF_MEMORY`
 */
export async function modelToBytes<Label extends ClassLabel>(
  model: FittedModel<Label> | TrainedModel<Label>,
  input: ModelInput = {},
): Promise<Uint8Array> {
  if (model instanceof TrainedModel) return formatModel(model.parts);
  const parts = partsOf(model, checkInput(input));
  return formatModel({ ...parts, input: checkInput(parts.input, parts.columns) });
}

/**
 * Reads a model that `saveModel` has written, and checks all of it.
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT` where the file is damaged, or none of this kind;
 *   `ERR_INVALID_ARGUMENT`, `ERR_OUT_OF_MEMORY`
 */
export async function loadModel<Label extends ClassLabel = ClassLabel>(
  path: string,
): Promise<TrainedModel<Label>> {
  await statPath(path);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (error) {
    throw fileError(path, 'read', error);
  }
  return new TrainedModel(parseModel<Label>(bytes, `'${path}'`));
}

/**
 * Makes a model again from what `modelToBytes` gave, or from the bytes of a file that `saveModel` has written, and checks
 * all of it. The bytes are copied.
 * @throws HandfulError `ERR_FILE_FORMAT` where the bytes are damaged, or no model; `ERR_INVALID_ARGUMENT`,
 *   `ERR_OUT_OF_MEMORY`
 */
export async function modelFromBytes<Label extends ClassLabel = ClassLabel>(
  bytes: Uint8Array,
): Promise<TrainedModel<Label>> {
  if (!(bytes instanceof Uint8Array)) {
    throw invalidArgument(
      'bytes',
      'a Uint8Array (new Uint8Array(buffer) makes one of an ArrayBuffer)',
      bytes,
    );
  }
  return new TrainedModel(parseModel<Label>(bytes, 'what bytes holds'));
}

/** The bytes of a model's file. */
function formatModel(parts: ModelParts): Uint8Array {
  const { estimator, classes, columns, input, patches, projection, neighbors, regression } = parts;
  const tensors: Record<string, Tensor> = {};
  const addLinear = (name: string, { coef, intercept, center }: LinearParts) => {
    tensors[`${name}.coef`] = { data: coef, shape: [intercept.length, center.length] };
    tensors[`${name}.intercept`] = { data: intercept, shape: [intercept.length] };
    tensors[`${name}.center`] = { data: center, shape: [center.length] };
  };
  if (patches) {
    const { mean, whitening, centers } = patches;
    tensors['patches.mean'] = { data: mean, shape: [mean.length] };
    tensors['patches.whitening'] = { data: whitening, shape: [mean.length, mean.length] };
    tensors['patches.centers'] = { data: centers, shape: [centers.length / mean.length, mean.length] };
  }
  if (projection) addLinear('projection', projection);
  if (neighbors) {
    const { rows, distributions } = neighbors;
    const count = distributions.length / classes.length;
    tensors['neighbors.rows'] = { data: rows, shape: [count, rows.length / count] };
    tensors['neighbors.distributions'] = { data: distributions, shape: [count, classes.length] };
  }
  if (regression) addLinear('regression', regression);
  const header: ModelHeader = {
    estimator,
    classes,
    columns,
    input,
    ...(patches && {
      patches: {
        geometry: patches.geometry,
        gridSize: patches.gridSize,
        squareRoot: patches.squareRoot,
        contrastEpsilon: patches.contrastEpsilon,
      },
    }),
    ...(neighbors && { nNeighbors: neighbors.nNeighbors }),
  };
  const model = JSON.stringify(header);
  return formatSafetensors({
    metadata: { format: FORMAT, version: VERSION, handful: version, sha256: digest(model, tensors), model },
    tensors,
  });
}

/** A hash of everything that decides what a model predicts. */
function digest(model: string, tensors: Readonly<Record<string, Tensor>>): string {
  const hash = createHash('sha256').update(model);
  for (const name of Object.keys(tensors).sort()) {
    const { data } = tensors[name]!;
    hash.update(name).update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return hash.digest('hex');
}

function parseModel<Label extends ClassLabel>(bytes: Uint8Array, name: string): ModelParts<Label> {
  const { metadata, tensors } = parseSafetensors(bytes, name);
  const demand: Demand = (condition, reason) => {
    if (!condition) throw new HandfulError('ERR_FILE_FORMAT', `${name} is no model of handful: ${reason}`);
  };
  demand(metadata.format === FORMAT, `its metadata do not say format '${FORMAT}'`);
  demand(
    metadata.version === VERSION,
    `it is of version ${metadata.version}, this handful (${version}) reads version ${VERSION}`,
  );
  const { model = '' } = metadata;
  demand(metadata.sha256 === digest(model, tensors), 'it is damaged: its SHA-256 does not agree');
  try {
    return partsFrom<Label>(JSON.parse(model), tensors, demand);
  } catch (error) {
    if (error instanceof HandfulError && error.code === 'ERR_FILE_FORMAT') throw error;
    throw new HandfulError('ERR_FILE_FORMAT', `${name} is no model of handful: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

type Demand = (condition: boolean, reason: string) => void;

/** The parts that a header and tensors make, every shape checked against the others. */
function partsFrom<Label extends ClassLabel>(
  header: ModelHeader,
  tensors: Readonly<Record<string, Tensor>>,
  demand: Demand,
): ModelParts<Label> {
  const take = <T extends Float32Array | Float64Array>(
    name: string,
    Type: { new (length: number): T },
    ...shape: (number | undefined)[]
  ): { data: T; shape: readonly number[] } => {
    const tensor = tensors[name];
    const fits =
      tensor?.data instanceof Type &&
      tensor.shape.length === shape.length &&
      shape.every((length, i) => length === undefined || length === tensor.shape[i]);
    demand(
      fits && !tensor.shape.includes(0),
      `'${name}' is missing, or not of the shape that the rest demands`,
    );
    demand(tensor!.data.every(Number.isFinite), `'${name}' has a number that is not finite`);
    return tensor as { data: T; shape: readonly number[] };
  };
  const takeLinear = (name: string, inputs: number, outputs?: number): LinearParts => {
    const intercept = take(`${name}.intercept`, Float64Array, outputs).data;
    return {
      intercept,
      coef: take(`${name}.coef`, Float32Array, intercept.length, inputs).data,
      center: take(`${name}.center`, Float64Array, inputs).data,
    };
  };
  const { classes, nNeighbors } = header;
  const columns = integer(1)(header.columns, 'columns');
  checkLabels(classes, 'classes');
  demand(classes.length >= 1 && areDistinctLabels(classes), 'its classes are not one or more that differ');

  const patches = header.patches && takePatches(header.patches, columns, take);
  const described = patches
    ? patches.gridSize ** 2 * (patches.centers.length / patches.mean.length)
    : columns;
  const projection =
    patches || 'projection.coef' in tensors ? takeLinear('projection', described) : undefined;
  const encoded = projection ? projection.intercept.length : described;
  const parts = {
    estimator: oneOf(...ESTIMATORS)(header.estimator, 'estimator'),
    classes: Object.freeze([...classes]) as readonly Label[],
    columns,
    input: checkInput(header.input, columns),
    ...(patches && { patches }),
    ...(projection && { projection }),
  };
  if (nNeighbors === undefined) {
    return { ...parts, regression: takeLinear('regression', encoded, classes.length) };
  }
  const { data: rows, shape } = take('neighbors.rows', Float32Array, undefined, encoded);
  const { data: distributions } = take('neighbors.distributions', Float32Array, shape[0], classes.length);
  const probabilities = { data: distributions, shape: [shape[0]!, classes.length] as const };
  checkProbabilities(probabilities, 'neighbors.distributions', { emptyRows: true });
  return { ...parts, neighbors: { nNeighbors: integer(1)(nNeighbors, 'nNeighbors'), rows, distributions } };
}

function takePatches(
  { geometry, ...rest }: NonNullable<ModelHeader['patches']>,
  columns: number,
  take: <T extends Float32Array | Float64Array>(
    name: string,
    Type: { new (length: number): T },
    ...shape: (number | undefined)[]
  ) => { data: T },
): ModelParts['patches'] {
  const checked = parseOptions<PatchGeometry>(geometry, geometryTable, 'geometry');
  const { patchSize, channels, height, width, stride } = checked;
  integer(imageValues(checked), imageValues(checked))(columns, 'columns');
  integer(1, Math.min(height, width))(patchSize, 'patchSize');
  const depth = patchSize * patchSize * channels;
  const places = Math.floor((Math.min(height, width) - patchSize) / stride) + 1;
  return {
    geometry: checked,
    gridSize: integer(1, places)(rest.gridSize, 'gridSize'),
    squareRoot: rest.squareRoot === true,
    contrastEpsilon: number(0, Number.MAX_VALUE)(rest.contrastEpsilon, 'contrastEpsilon'),
    mean: take('patches.mean', Float64Array, depth).data,
    whitening: take('patches.whitening', Float64Array, depth, depth).data,
    centers: take('patches.centers', Float32Array, undefined, depth).data,
  };
}

/**
 * Checks what is told of a model's rows.
 * @param columns of the rows: images must have as many values
 */
function checkInput(given: unknown, columns?: number): ModelInput {
  const { image, scale } = parseOptions<ModelInput>(
    given,
    {
      image: { check: checkImage, default: undefined },
      scale: { check: number(Number.MIN_VALUE, Number.MAX_VALUE), default: undefined },
    } as OptionTable<ModelInput>,
    'input',
  );
  if (image && columns !== undefined && imageValues(image) !== columns) {
    throw unfitArgument(
      'input.image',
      `images of ${countOf(columns, 'value')}`,
      countOf(imageValues(image), 'value'),
    );
  }
  return { ...(image && { image }), ...(scale !== undefined && { scale }) };
}

/** All three sides of an image. */
function checkImage(value: unknown): ImageGeometry {
  const sides = checkImageShape(value, 'input.image');
  const side = (name: keyof ImageGeometry) => integer(1)(sides[name], `input.image.${name}`);
  return { height: side('height'), width: side('width'), channels: side('channels') };
}
