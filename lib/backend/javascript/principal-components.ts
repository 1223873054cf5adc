import type { PrincipalComponents, PrincipalComponentsOptions } from '../../../binding.d.ts';
import { columnStatistics } from './column-statistics.ts';
import type { SlicedJob } from './job.ts';
import { leadingEigenpairs } from './leading-eigenpairs.ts';
import { OrthonormalRows } from './orthonormal-rows.ts';
import { sumOfOuterProducts } from './outer-products.ts';
import type { Rows } from './rows.ts';
import type { Eigenpairs } from './symmetric-eigen.ts';

/**
 * The directions in which the rows vary most: eigenvectors of their covariance matrix or, where there are fewer rows
 * than columns, what corresponds to those of the matrix of the rows' products.
 */
export async function principalComponents(
  job: SlicedJob,
  x: Rows,
  options: PrincipalComponentsOptions,
): Promise<PrincipalComponents> {
  const { rows, columns } = x;
  const { nComponents, varianceShare = Infinity, standardize } = options;
  const { mean, variance, scale } = await columnStatistics(job, x);
  // In this unit no sum of squares over- or underflows.
  const unit = standardize ? 1 : Math.sqrt(variance.reduce((a, b) => Math.max(a, b), 0)) || 1;
  const z = new ScaledValues(x, mean, standardize ? scale : scale.fill(unit));
  const freedom = (rows - 1) / (unit * unit);

  const fewRows = rows < columns;
  const order = Math.min(rows, columns);
  const products = fewRows
    ? await sumOfOuterProducts(job, columns, order, (column, to) => z.loadColumn(column, to))
    : await sumOfOuterProducts(job, rows, order, (row, to) => z.loadRow(row, to));
  let trace = 0;
  for (let i = 0; i < order; i++) trace += products[i * order + i];
  const pairs = await leadingEigenpairs(job, products, order, nComponents, varianceShare * trace);
  const components = fewRows ? await componentsOfRows(job, z, pairs) : pairs.vectors;
  for (let j = 0; j < pairs.values.length; j++) {
    fixSign(components.subarray(j * columns, (j + 1) * columns));
  }
  return {
    mean,
    ...(standardize && { scale }),
    components,
    // A variance is never negative; an eigenvalue of rounded sums can be, by a trifle.
    explainedVariance: pairs.values.map((value) => Math.max(0, value) / freedom),
    totalVariance: trace / freedom,
  };
}

/** The values of a matrix, each column centred and scaled. */
class ScaledValues {
  readonly rows: number;
  readonly columns: number;
  readonly #x: Rows;
  readonly #center: Float64Array;
  readonly #scale: Float64Array;

  constructor(x: Rows, center: Float64Array, scale: Float64Array) {
    this.rows = x.rows;
    this.columns = x.columns;
    this.#x = x;
    this.#center = center;
    this.#scale = scale;
  }

  loadRow(row: number, to: Float64Array): void {
    const { data, columns, scale } = this.#x;
    for (let column = 0, at = row * columns; column < columns; column++, at++) {
      to[column] = (data[at] * scale - this.#center[column]) / this.#scale[column];
    }
  }

  loadColumn(column: number, to: Float64Array): void {
    const { data, columns, scale, rows } = this.#x;
    for (let row = 0, at = column; row < rows; row++, at += columns) {
      to[row] = (data[at] * scale - this.#center[column]) / this.#scale[column];
    }
  }
}

/**
 * Each eigenvector u of Z Z' gives the component Z'u / |Z'u|. Where rows don't vary any more, that is nothing but
 * rounding, and any direction at right angles to the others serves.
 */
async function componentsOfRows(
  job: SlicedJob,
  z: ScaledValues,
  { values, vectors }: Eigenpairs,
): Promise<Float64Array> {
  const { rows, columns } = z;
  const count = values.length;
  const sums = new Float64Array(count * columns);
  const value = new Float64Array(columns);
  for (let row = 0; row < rows; row++) {
    if (job.isDue) await job.pause({ phase: 'components', done: row, total: rows });
    z.loadRow(row, value);
    for (let j = 0; j < count; j++) {
      const factor = vectors[j * rows + row];
      const to = j * columns;
      for (let column = 0; column < columns; column++) sums[to + column] += factor * value[column];
    }
  }
  const components = new OrthonormalRows(job, columns);
  const negligible = 1e-7 * Math.sqrt(Math.max(0, values[0]));
  for (let j = 0; j < count; j++) {
    await components.append(sums.subarray(j * columns, (j + 1) * columns), negligible);
  }
  for (let j = 0; j < count; j++) sums.set(components.rows[j], j * columns);
  return sums;
}

/**
 * Makes the largest element positive, the first of those that are as large: so that a component, known only up to
 * its sign, is the same however it was found.
 */
function fixSign(component: Float64Array): void {
  let largest = 0;
  for (const element of component) largest = Math.max(largest, Math.abs(element));
  const first = component.find((element) => Math.abs(element) >= (1 - 1e-6) * largest)!;
  if (first < 0) for (let i = 0; i < component.length; i++) component[i] = -component[i];
}
