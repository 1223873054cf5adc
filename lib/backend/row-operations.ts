import type {
  ColumnScaling,
  Job,
  LinearModel,
  LinearOutput,
  Norm,
  Operations,
  PatchFeaturesOptions,
  PreparedRows,
  SparseRows,
} from '../../binding.d.ts';
import { HandfulError } from '../core/errors.ts';
import type { FloatMatrix } from '../core/matrix.ts';
import { type MatrixInput, PreparedMatrix, preparedRows } from './prepared-matrix.ts';
import { type Control, run } from './run.ts';
import { activeBackend } from './select.ts';

/*
 * The operations that make rows of rows. What they return stays in the backend's memory for the next operation: whoever
 * calls them declares it with `using`, reads it by `floatsOf`, or keeps it.
 */

/** `X`, less the model's center, times its coefficients plus its intercept, or the softmax of that: rows x outputs. */
export function linear(
  X: MatrixInput,
  model: LinearModel,
  output: LinearOutput,
  control: Control,
): Promise<PreparedMatrix> {
  const columns = model.coef.length / model.intercept.length;
  return transform(X, control, (operations, job, x) => operations.linear(job, x, model, output), columns);
}

/** Every row divided by its norm. */
export function normalizeRows(X: MatrixInput, norm: Norm, control: Control): Promise<PreparedMatrix> {
  return transform(X, control, (operations, job, x) => operations.normalizeRows(job, x, norm));
}

/** (value - center) / scale of every element of rows of so many columns. */
export function scaleColumns(
  X: MatrixInput,
  scaling: ColumnScaling,
  columns: number,
  control: Control,
): Promise<PreparedMatrix> {
  return transform(X, control, (operations, job, x) => operations.scaleColumns(job, x, scaling), columns);
}

/** Each row replaced by the sum of its neighbours' rows, weighted by the graph. */
export function smoothRows(X: MatrixInput, graph: SparseRows, control: Control): Promise<PreparedMatrix> {
  return transform(X, control, (operations, job, x) => operations.smoothRows(job, graph, x));
}

/** What the patches of each image are like, or what a projection makes of that. */
export function patchFeatures(
  X: MatrixInput,
  options: PatchFeaturesOptions,
  projection: LinearModel | undefined,
  control: Control,
): Promise<PreparedMatrix> {
  const { height, width, channels } = options;
  return transform(
    X,
    control,
    (operations, job, x) => operations.patchFeatures(job, x, options, projection),
    height * width * channels,
  );
}

/** The values of rows that an operation made, which are given back. */
export async function floatsOf(made: Promise<PreparedMatrix>): Promise<FloatMatrix> {
  using rows = await made;
  return rows.toMatrix();
}

async function transform(
  X: MatrixInput,
  control: Control,
  operation: (operations: Operations, job: Job, x: PreparedRows) => Promise<PreparedRows>,
  columns?: number,
): Promise<PreparedMatrix> {
  const { name } = activeBackend();
  using x = preparedRows(X, 'X', columns);
  try {
    return new PreparedMatrix(await run(control, (operations, job) => operation(operations, job, x)), name);
  } catch (error) {
    throw asResultError(error);
  }
}

/** Prepared rows are finite, so what is not is what the operation made of them. */
function asResultError(error: unknown): unknown {
  if (!(error instanceof HandfulError) || error.code !== 'ERR_NOT_FINITE') return error;
  const { row, column } = error.cause as { row: number; column: number };
  return new HandfulError(
    'ERR_NOT_FINITE',
    `Expected results within single precision but that of row ${row}, column ${column} is beyond it: the numbers of ` +
      'the row, or those that it is multiplied by, are too large',
    { cause: error },
  );
}
