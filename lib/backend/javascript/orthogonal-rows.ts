import type { SlicedJob } from './job.ts';
import { addScaled, dot } from './vectors.ts';

/** About eight are needed. */
const MAX_SWEEPS = 60;

/**
 * Turns rows in planes of two of them until all are at right angles: W becomes J W with J orthogonal, so that W'W
 * stays as it is, and its eigenvalues are the squared lengths of the rows, its eigenvectors their directions. Each
 * column errs by rounding relative to its own length, so that eigenvalues keep their digits where columns are of
 * scales far apart (Hestenes 1958; Demmel & Veselic 1992).
 */
export async function orthogonalizeRows(job: SlicedJob, rows: readonly Float64Array[]): Promise<void> {
  for (let sweep = 0, turned = true; turned && sweep < MAX_SWEEPS; sweep++) {
    turned = false;
    for (let a = 0; a < rows.length; a++) {
      for (let b = a + 1; b < rows.length; b++) {
        if (job.isDue) await job.pause({ phase: 'eigenvectors', done: 0, total: 0 });
        if (turn(rows[a], rows[b])) turned = true;
      }
    }
  }
}

/** Turns two rows in their plane so that they are at right angles; returns whether they were not. */
function turn(a: Float64Array, b: Float64Array): boolean {
  const aa = dot(a, a);
  const bb = dot(b, b);
  const ab = dot(a, b);
  const rounding = Number.EPSILON * Math.max(8, Math.sqrt(a.length));
  if (Math.abs(ab) <= rounding * Math.sqrt(aa) * Math.sqrt(bb)) return false;
  const half = (bb - aa) / (2 * ab);
  const root = Math.sqrt(1 + half * half);
  const tangent = 1 / (half < 0 ? half - root : half + root);
  const cosine = 1 / Math.sqrt(1 + tangent * tangent);
  const sine = tangent * cosine;
  for (let i = 0; i < a.length; i++) {
    const before = a[i];
    const after = b[i];
    a[i] = cosine * before - sine * after;
    b[i] = sine * before + cosine * after;
  }
  return true;
}

/**
 * The rows of an upper triangular U with U'U = C for a symmetric positive semi-definite C, given by its rows, in
 * their place: Cholesky's factor, a row of zeros where a column depends on those before it.
 */
export async function factorSemidefinite(job: SlicedJob, rows: readonly Float64Array[]): Promise<void> {
  const order = rows.length;
  const negligible = rows.map((row, i) => order * Number.EPSILON * row[i]);
  for (const [i, row] of rows.entries()) {
    if (job.isDue) await job.pause({ phase: 'eigenvectors', done: 0, total: 0 });
    const factor = row[i] > negligible[i] ? 1 / Math.sqrt(row[i]) : 0;
    for (let j = 0; j < order; j++) row[j] = j < i ? 0 : row[j] * factor;
    for (let k = i + 1; k < order; k++) addScaled(rows[k], -row[k], row);
  }
}
