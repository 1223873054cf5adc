import { expect, it } from 'vitest';
import { prepare } from '../../lib/backend/prepared-matrix.ts';
import { type Matrix, takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { LogisticRegression } from '../../lib/estimators/logistic-regression.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const { X, blob } = blobs(3, 40, 4);
const [rows, columns] = X.shape;
const SOLVERS = ['preconditioned-lbfgs', 'lbfgs', 'gradient-descent'] as const;

/** Rows whose classes overlap, so that the minimum lies at moderate coefficients. */
function overlapping(): { X: Matrix; y: Int32Array } {
  const random = new RandomState(4);
  const y = random.randint(0, 3, 150);
  const data = Float32Array.from(
    { length: 300 },
    (_, i) => y[i >> 1]! * (i & 1 ? 0.5 : -0.3) + random.randomSample(),
  );
  return { X: { data, shape: [150, 2] }, y };
}

/** The objective, by the plain loop: weighted sum of log-losses + ||coef||² / (2C). */
function objective(
  { coef, intercept, classes }: LogisticRegression<number>,
  { data, shape }: Matrix,
  y: ArrayLike<number>,
  C: number,
): number {
  let loss = coef.data.reduce((sum, w) => sum + w * w, 0) / (2 * C);
  for (let row = 0; row < shape[0]; row++) {
    const scores = classes.map((_, c) => {
      let score = intercept[c]!;
      for (let j = 0; j < shape[1]; j++) score += coef.data[c * shape[1] + j]! * data[row * shape[1] + j]!;
      return score;
    });
    const own = scores[classes.indexOf(y[row]!)]!;
    loss += Math.log(scores.reduce((sum, score) => sum + Math.exp(score), 0)) - own;
  }
  return loss;
}

describeOnBackends('LogisticRegression', () => {
  it('learns groups that lie far apart', async () => {
    const regression = await new LogisticRegression<number>().fit(X, blob);
    expect(await regression.score(X, blob)).toBe(1);
    expect(await regression.predict(X)).toEqual(Array.from(blob));
    expect(regression.converged).toBe(true);
    expect(regression.coef.shape).toEqual([3, columns]);
    expect(regression.intercept.length).toBe(3);
  });

  it.each(SOLVERS)('reaches the minimum with %s and says so', async (solver) => {
    const { X, y } = overlapping();
    const options = { solver, C: 2, tol: 1e-6, maxIter: 100_000 };
    const regression = await new LogisticRegression<number>(options).fit(X, y);
    const reference = await new LogisticRegression<number>({ C: 2, tol: 1e-7 }).fit(X, y);
    expect(regression.converged).toBe(true);
    expect(regression.maxGradient).toBeLessThanOrEqual(1e-6);
    expect(regression.nIter).toBeGreaterThan(0);
    expect(Math.abs(regression.loss / reference.loss - 1)).toBeLessThan(1e-6);
    expect(Math.abs(regression.loss / objective(regression, X, y, 2) - 1)).toBeLessThan(1e-5);
  });

  it('takes any whole numbers or strings as labels and sorts the classes', async () => {
    const numbers = Array.from(blob, (b) => [10, -3, 2][b]!);
    const byNumber = await new LogisticRegression<number>().fit(X, numbers);
    expect(byNumber.classes).toEqual([-3, 2, 10]);
    expect(await byNumber.predict(X)).toEqual(numbers);
    const strings = Array.from(blob, (b) => ['Trouser', 'Bag', 'Ankle boot'][b]!);
    const byString = await new LogisticRegression<string>().fit(X, strings);
    expect(byString.classes).toEqual(['Ankle boot', 'Bag', 'Trouser']);
    expect(await byString.score(prepare(X), strings)).toBe(1);
  });

  it('answers probabilities that follow from its decision function', async () => {
    const { X, y } = overlapping();
    const regression = await new LogisticRegression<number>().fit(X, y);
    const decision = await regression.decisionFunction(X);
    const probability = await regression.predictProba(X);
    expect(probability.shape).toEqual([150, 3]);
    for (let row = 0; row < 150; row++) {
      const exps = Array.from(decision.data.subarray(3 * row, 3 * row + 3), Math.exp);
      const sum = exps.reduce((a, b) => a + b);
      exps.forEach((exp, c) => {
        expect(probability.data[3 * row + c]).toBeCloseTo(exp / sum, 5);
      });
    }
  });

  it('weighs a row of weight 2 as two rows, and one of weight 0 not at all', async () => {
    const { X, y } = overlapping();
    const weights = Array.from(y, (_, i) => i % 3);
    const repeated = Array.from(weights.entries()).flatMap(([row, weight]) =>
      Array<number>(weight).fill(row),
    );
    const options = { tol: 1e-7 };
    const weighted = await new LogisticRegression<number>(options).fit(X, y, { sampleWeight: weights });
    const plain = await new LogisticRegression<number>(options).fit(
      takeRows(X, repeated),
      repeated.map((row) => y[row]!),
    );
    expect(weighted.loss / plain.loss).toBeCloseTo(1, 7);
    weighted.coef.data.forEach((w, i) => {
      expect(w).toBeCloseTo(plain.coef.data[i]!, 3);
    });
  });

  it('learns no intercept where told not to', async () => {
    const regression = await new LogisticRegression<number>({ fitIntercept: false }).fit(X, blob);
    expect(Array.from(regression.intercept)).toEqual([0, 0, 0]);
  });

  it('starts from its last result where told to, if that fits', async () => {
    const { X, y } = overlapping();
    const regression = await new LogisticRegression<number>({ warmStart: true, tol: 1e-5 }).fit(X, y);
    const cold = regression.nIter;
    await regression.fit(X, y);
    expect(regression.nIter).toBeLessThan(cold);
    await regression.fit(takeRows(X, [0, 1, 2, 3]), [0, 0, 1, 1]);
    expect(regression.classes).toEqual([0, 1]);
  });

  it('states that it did not converge where iterations are too few', async () => {
    const { X, y } = overlapping();
    const regression = await new LogisticRegression<number>({ solver: 'lbfgs', maxIter: 1 }).fit(X, y);
    expect([regression.converged, regression.nIter]).toEqual([false, 1]);
    expect(regression.stopReason).not.toBe('');
  });

  it('comes back from JSON the same to the bit', async () => {
    const { X, y } = overlapping();
    for (const [C, solver] of [
      [0.1, 'lbfgs'],
      [Infinity, 'preconditioned-lbfgs'],
    ] as const) {
      const regression = await new LogisticRegression<number>({ C, solver, maxIter: 50 }).fit(X, y);
      const copy = LogisticRegression.fromJSON<number>(JSON.parse(JSON.stringify(regression)));
      expect(copy.options).toEqual(regression.options);
      for (const name of ['classes', 'coef', 'intercept', 'loss', 'nIter', 'converged', 'gap'] as const) {
        expect(copy[name]).toEqual(regression[name]);
      }
      expect(copy.toJSON()).toEqual(regression.toJSON());
      expect((await copy.predictProba(X)).data).toEqual((await regression.predictProba(X)).data);
    }
  });

  it('refuses JSON that is not that of a model', async () => {
    const json = (await new LogisticRegression().fit(X, blob)).toJSON();
    for (const [broken, words] of [
      [null, 'format'],
      ['{}', 'format'],
      [{ ...json, version: 2 }, 'version'],
      [{ ...json, options: undefined }, 'options'],
      [{ ...json, options: { ...json.options, C: -1 } }, 'C'],
      [{ ...json, classes: [0] }, 'classes'],
      [{ ...json, classes: [0, 1, 1] }, 'distinct'],
      [{ ...json, classes: [0, 1, 'a'] }, 'kind'],
      [{ ...json, columns: 5 }, 'coef'],
      [{ ...json, coef: 7 }, 'coef'],
      [{ ...json, intercept: json.coef }, 'intercept'],
      [{ ...json, coef: Buffer.alloc(48, 255).toString('base64') }, 'finite'],
      [{ ...json, loss: null }, 'loss'],
      [{ ...json, converged: 1 }, 'converged'],
      [{ ...json, stopReason: undefined }, 'stopReason'],
      [{ ...json, solver: 'newton' }, 'solver'],
    ] as const) {
      await expectError(() => LogisticRegression.fromJSON(broken), 'ERR_INVALID_ARGUMENT', words);
    }
  });

  it('refuses labels and weights that can not be meant', async () => {
    const regression = new LogisticRegression();
    const fitWith = (y: unknown, options?: object) => regression.fit(X, y as number[], options);
    await expectError(fitWith(Array.from(blob).slice(1)), 'ERR_INVALID_ARGUMENT', '119');
    await expectError(fitWith('a'.repeat(rows)), 'ERR_INVALID_ARGUMENT', 'array');
    await expectError(fitWith(blob.map(() => 1)), 'ERR_INVALID_ARGUMENT', 'two classes');
    await expectError(
      fitWith(Array.from(blob, (b, i) => (i === 7 ? '7' : b))),
      'ERR_INVALID_ARGUMENT',
      'y[7]',
    );
    await expectError(fitWith(Array.from(blob, (b) => b + 0.5)), 'ERR_INVALID_ARGUMENT', 'whole number');
    await expectError(fitWith(blob, { sampleWeight: [1] }), 'ERR_INVALID_ARGUMENT', 'sampleWeight');
    const negative = Array.from(blob, (_, i) => (i === 3 ? -1 : 1));
    await expectError(fitWith(blob, { sampleWeight: negative }), 'ERR_INVALID_ARGUMENT', 'sampleWeight[3]');
    await expectError(fitWith(blob, { sampleWeight: blob.map(() => 0) }), 'ERR_INVALID_ARGUMENT', 'above 0');
    await expectError(fitWith(blob, { weights: [] }), 'ERR_INVALID_ARGUMENT', 'weights');
  });

  it('learns from probabilities where labels are not certain', async () => {
    const { X, y } = overlapping();
    const certain = Float32Array.from({ length: 450 }, (_, i) => Number(y[Math.floor(i / 3)] === i % 3));
    const byLabels = await new LogisticRegression<number>().fit(X, y);
    const byTargets = await new LogisticRegression<number>().fit(X, { data: certain, shape: [150, 3] });
    expect(byTargets.toJSON()).toEqual(byLabels.toJSON());

    // Bytes with a scale are a matrix like any other, and columns may have names in any order.
    const doubtful = {
      data: Uint8Array.from(certain, (p) => 10 + 70 * p),
      shape: [150, 3],
      scale: 1 / 100,
    } as const;
    const classes = ['shirt', 'coat', 'bag'];
    const regression = await new LogisticRegression<string>().fit(X, doubtful, { classes });
    expect(regression.classes).toEqual(classes);
    // Intercepts see to it that the probabilities are right in the mean.
    const { data } = await regression.predictProba(X);
    for (let k = 0; k < 3; k++) {
      const ofClass = (_: unknown, i: number) => i % 3 === k;
      const mean = data.filter(ofClass).reduce((sum, p) => sum + p) / 150;
      expect(mean).toBeCloseTo(doubtful.data.filter(ofClass).reduce((sum, p) => sum + p) / 15_000, 4);
    }
    const copy = LogisticRegression.fromJSON<string>(JSON.parse(JSON.stringify(regression)));
    expect(await copy.predict(X)).toEqual(await regression.predict(X));
  });

  it('refuses a row of probabilities that are all 0, the only ones or one of many', async () => {
    for (const data of [
      [0, 0, 0, 0, 0, 0],
      [0.5, 0.5, 0, 0, 1, 0],
    ]) {
      const y = { data: Float32Array.from(data), shape: [3, 2] } as const;
      const fit = new LogisticRegression().fit({ data: Float32Array.of(1, 2, 3), shape: [3, 1] }, y);
      await expectError(fit, 'ERR_INVALID_ARGUMENT', /sum to 1 for row [01] of y but their sum is 0/);
    }
  });

  it('refuses probabilities that can not be meant', async () => {
    const fitWith = (data: number[], columns: number, options?: object) =>
      new LogisticRegression().fit(
        { data: Float32Array.of(1, 2, 3), shape: [3, 1] },
        { data: Float32Array.from(data), shape: [data.length / columns, columns] },
        options,
      );
    const fine = [0.5, 0.5, 0, 1, 1, 0];
    for (const [data, columns, options, words] of [
      [fine.slice(2), 2, {}, '3 rows'],
      [[1, 1, 1], 1, {}, 'two classes'],
      [[0.5, 0.5, -0.5, 1.5, 1, 0], 2, {}, 'row 1, column 0 of y'],
      [[0.5, 0.5, 0, Number.NaN, 1, 0], 2, {}, 'row 1, column 1 of y'],
      [[0.5, 0.5, 0, 1, 1, 0.1], 2, {}, 'row 2 of y'],
      [[0.5, 0.5, 0, Infinity, 1, 0], 2, {}, 'row 1, column 1 of y'],
      [fine, 2, { classes: ['a'] }, '2 names'],
      [fine, 2, { classes: ['a', 'a'] }, 'twice'],
      [fine, 2, { classes: ['a', 1] }, 'kind'],
      [fine, 2, { sampleWeight: [1] }, 'sampleWeight'],
    ] as const) {
      await expectError(fitWith([...data], columns, options), 'ERR_INVALID_ARGUMENT', words);
    }
    const named = new LogisticRegression<number>().fit(X, blob, { classes: [0, 1, 2] });
    await expectError(named, 'ERR_INVALID_ARGUMENT', 'no classes');
  });

  it('refuses results before a fit', async () => {
    const regression = new LogisticRegression<number>();
    for (const read of [
      () => regression.coef,
      () => regression.classes,
      () => regression.loss,
      () => regression.predict(X),
      () => regression.predictProba(X),
      () => regression.score(X, blob),
      () => regression.toJSON(),
    ]) {
      await expectError(read, 'ERR_NOT_FITTED', 'LogisticRegression');
    }
  });

  it('keeps its last result when a fit is aborted', async () => {
    const regression = await new LogisticRegression<number>().fit(X, blob);
    const { loss } = regression;
    await expectError(regression.fit(X, blob, { signal: AbortSignal.abort() }), 'ABORT_ERR');
    expect(regression.loss).toBe(loss);
  });
});

describeOnBackends('LogisticRegression options', () => {
  it('refuses what can not be meant', async () => {
    for (const options of [
      { C: 0 },
      { C: Number.NaN },
      { solver: 'newton' },
      { maxIter: 0 },
      { tol: -1 },
      { fitIntercept: 1 },
      { penalty: 'l1' },
    ]) {
      await expectError(
        () => new LogisticRegression(options as object),
        'ERR_INVALID_ARGUMENT',
        Object.keys(options)[0]!,
      );
    }
  });
});
