import type { PrincipalComponents, PrincipalComponentsOptions } from '../../../binding.d.ts';
import { columnStatistics } from './column-statistics.ts';
import type { SlicedJob } from './job.ts';
import { leadingEigenpairs } from './leading-eigenpairs.ts';
import { factorSemidefinite, orthogonalizeRows } from './orthogonal-rows.ts';
import { OrthonormalRows } from './orthonormal-rows.ts';
import { sumOfOuterProducts } from './outer-products.ts';
import type { Rows } from './rows.ts';
import type { Eigenpairs } from './symmetric-eigen.ts';
import { dot } from './vectors.ts';

/** Eigenvalues below this share of the largest have lost half of their digits to the rounding of the latter. */
const SMALL = 2 ** -30;
/** Rows squared times columns up to which they are turned one by one to keep those digits. */
const TURNED_WORK = 2 ** 31;
/** A variance below this share of what it is a sum of is rounding. */
const NEGLIGIBLE = 1e-12;

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
  // 0 for constant columns, whose scale is 1.
  const varying = variance.map((value, i) => (scale[i] !== 1 || value === 1 ? value / unit / unit : 0));
  const z = new ScaledValues(x, mean, standardize ? scale : scale.fill(unit));
  const freedom = (rows - 1) / (unit * unit);

  const fewRows = rows < columns;
  const order = Math.min(rows, columns);
  const products = fewRows
    ? await sumOfOuterProducts(job, columns, order, (column, to) => z.loadColumn(column, to))
    : await sumOfOuterProducts(job, rows, order, (row, to) => z.loadRow(row, to));
  let trace = 0;
  for (let i = 0; i < order; i++) trace += products[i * order + i];
  const sum = varianceShare * trace;
  const pairs = await leadingEigenpairs(job, products, order, nComponents, sum);
  const { values } = pairs;
  let components: Float64Array;
  let found: Float64Array;
  const losesDigits = !standardize && values[values.length - 1] < SMALL * values[0];
  if (losesDigits && order * order * columns <= TURNED_WORK && isOfScales(varying)) {
    const all = await componentsOfScales(job, z, varying, nComponents, sum);
    found = all.values;
    components = all.vectors;
  } else {
    components = fewRows ? await componentsOfRows(job, z, pairs) : pairs.vectors;
    found = values.map((value) => (value > NEGLIGIBLE * values[0] ? value : 0));
  }
  for (let j = 0; j < found.length; j++) {
    fixSign(components.subarray(j * columns, (j + 1) * columns));
  }
  return {
    mean,
    ...(standardize && { scale }),
    components,
    explainedVariance: found.map((value) => value / freedom),
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

/** Whether columns are of scales so far apart that the smallest variances are lost in the largest. */
function isOfScales(variance: Float64Array): boolean {
  const largest = variance.reduce((a, b) => Math.max(a, b), 0);
  return variance.some((value) => value > 0 && value < SMALL * largest);
}

/**
 * Eigenpairs of Z'Z, for columns of scales far apart: see {@link orthogonalizeRows}.
 * @param variance that of each column of Z, 0 for constant ones
 */
async function componentsOfScales(
  job: SlicedJob,
  z: ScaledValues,
  variance: Float64Array,
  count: number,
  sum: number,
): Promise<Eigenpairs> {
  const { columns } = z;
  const fewRows = z.rows < columns;
  const products = fewRows
    ? undefined
    : await sumOfOuterProducts(job, z.rows, columns, (row, to) => z.loadRow(row, to));
  const rows = Array.from({ length: Math.min(z.rows, columns) }, (_, row) => {
    if (products) return products.slice(row * columns, (row + 1) * columns);
    const values = new Float64Array(columns);
    z.loadRow(row, values);
    return values;
  });
  for (const row of rows) for (let i = 0; i < columns; i++) if (variance[i] === 0) row[i] = 0;
  if (!fewRows) await factorSemidefinite(job, rows);
  await orthogonalizeRows(job, rows);

  const squares = rows.map((row) => dot(row, row));
  for (const [i, row] of rows.entries()) {
    if (squares[i] === 0) continue;
    const length = Math.sqrt(squares[i]);
    let parts = 0;
    for (let column = 0; column < columns; column++) {
      row[column] /= length;
      parts += row[column] ** 2 * variance[column];
    }
    if (squares[i] > NEGLIGIBLE * z.rows * parts) continue;
    squares[i] = 0;
    row.fill(0);
  }
  const places = Array.from(rows.keys()).sort((a, b) => squares[b] - squares[a] || a - b);
  const basis = new OrthonormalRows(job, columns);
  for (let total = 0; basis.rows.length < count && !(total > sum); ) {
    const place = places[basis.rows.length];
    total += squares[place];
    await basis.append(rows[place], 0.5);
  }
  const vectors = new Float64Array(basis.rows.length * columns);
  for (const [j, row] of basis.rows.entries()) vectors.set(row, j * columns);
  return { values: Float64Array.from(basis.rows, (_, j) => squares[places[j]]), vectors };
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
