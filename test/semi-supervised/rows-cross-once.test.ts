import { expect, it, vi } from 'vitest';
import type { Operations, PreparedRows } from '../../binding.d.ts';
import { PreparedMatrix } from '../../lib/backend/prepared-matrix.ts';
import { activeBackend } from '../../lib/backend/select.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { FewLabels } from '../../lib/semi-supervised/few-labels.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { smallGarments } from '../support/small-garments.ts';

const CLASSES = 4;
const vectors = blobs(CLASSES, 60, 12);
const garments = await smallGarments(240);

const ROW_OPERATIONS = ['linear', 'smoothRows', 'patchFeatures', 'scaleColumns', 'normalizeRows'] as const;

/** What a piece of work takes over the border between JavaScript and the backend. */
interface Crossings {
  /** Shapes of what went down. */
  down: (readonly number[])[];
  /** Shapes of what was read back. */
  up: (readonly number[])[];
  /** All rows that the backend came to hold, but those taken of others. */
  held: PreparedRows[];
  /** Those taken of others. */
  taken: PreparedMatrix[];
}

async function crossingsOf(work: () => Promise<unknown>): Promise<Crossings> {
  const { operations } = activeBackend();
  const crossings: Crossings = { down: [], up: [], held: [], taken: [] };
  const { prepare } = operations;
  vi.spyOn(operations, 'prepare').mockImplementation((...args) => {
    const rows = prepare(...args);
    crossings.down.push([rows.rows, rows.columns]);
    crossings.held.push(rows);
    return rows;
  });
  for (const name of ROW_OPERATIONS) {
    const operation = operations[name] as (...args: unknown[]) => Promise<PreparedRows>;
    vi.spyOn(operations, name as keyof Operations).mockImplementation((async (...args: unknown[]) => {
      const rows = await operation(...args);
      crossings.held.push(rows);
      return rows;
    }) as never);
  }
  const { toMatrix, takeRows } = PreparedMatrix.prototype;
  vi.spyOn(PreparedMatrix.prototype, 'toMatrix').mockImplementation(function (this: PreparedMatrix) {
    crossings.up.push(this.shape);
    return toMatrix.call(this);
  });
  vi.spyOn(PreparedMatrix.prototype, 'takeRows').mockImplementation(function (this: PreparedMatrix, rows) {
    const taken = takeRows.call(this, rows);
    crossings.taken.push(taken);
    return taken;
  });
  await work();
  vi.restoreAllMocks();
  return crossings;
}

/** Whether the backend holds these rows still, as the addon tells of its own. */
function isHeld(rows: PreparedRows): boolean {
  try {
    rows.take(Int32Array.of(0)).dispose();
    return true;
  } catch {
    return false;
  }
}

describeOnBackends('FewLabels', (backend) => {
  it.each<[string, Matrix, ArrayLike<number>, object]>([
    ['vectors', vectors.X, vectors.blob, {}],
    ['images', garments.images, garments.labels, { image: {} }],
  ])('moves %s over the border once, and keeps only their representation', async (_, X, y, options) => {
    const [rows] = X.shape;
    const few = new FewLabels<number>({ budget: 20, randomState: 0, ...options });
    const { down, up, held, taken } = await crossingsOf(() =>
      few.fit(X, (asked) => Array.from(asked, (row) => y[row]!)),
    );
    expect(down.filter(([count]) => count === rows)).toEqual([X.shape]);
    // What comes back for all rows are the probabilities of their classes.
    expect(up.filter(([count]) => count === rows)).not.toEqual([]);
    for (const [count, columns] of up) if (count === rows) expect(columns).toBe(few.classes.length);
    for (const each of taken) expect(each.byteLength).toBe(0);
    if (backend === 'javascript') return;
    expect(held.filter(isHeld).map((each) => [each.rows, each.columns])).toEqual([
      few.representation.rows.shape,
    ]);
  });
});
