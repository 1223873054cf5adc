import { expect, it } from 'vitest';
import { takeRows } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { LogisticRegression } from '../../lib/estimators/logistic-regression.ts';
import { SelfTraining } from '../../lib/semi-supervised/self-training.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

/** Points on a line: the farther from 0, the surer a classifier that has seen both ends. */
const X = { data: Float32Array.from({ length: 21 }, (_, row) => row - 10), shape: [21, 1] as const };
const y = { rows: [0, 20], labels: ['left', 'right'] };
const sides = Array.from(X.data, (value) => (value < 0 ? 'left' : 'right'));

describeOnBackends('SelfTraining', () => {
  it('labels row after row, those it is sure of first, until all have a label', async () => {
    const training = await new SelfTraining<string>({ threshold: 0.9, classifier: { C: 1000 } }).fit(X, y);
    expect(training.terminationCondition).toBe('noChange');
    // Nobody can tell where 0 belongs.
    expect(training.transduction).toEqual(sides.map((side, row) => (row === 10 ? null : side)));
    expect(training.labeledIter[0]).toBe(0);
    expect(training.labeledIter[10]).toBe(-1);
    expect(training.nIter).toBeGreaterThan(Math.max(...training.labeledIter));
    for (let row = 1; row < 10; row++) {
      expect(training.labeledIter[row]).toBeGreaterThanOrEqual(training.labeledIter[row - 1]!);
    }
    const all = await new SelfTraining<string>({ threshold: 0 }).fit(X, y);
    expect([all.terminationCondition, all.nIter]).toEqual(['allLabeled', 1]);
  });

  it('takes the surest few of each round, ties to the lowest row', async () => {
    const training = await new SelfTraining<string>({ criterion: 'kBest', kBest: 4, maxIter: 2 }).fit(X, y);
    expect([training.terminationCondition, training.nIter]).toEqual(['maxIter', 2]);
    expect(Array.from(training.labeledIter.keys()).filter((row) => training.labeledIter[row] === 1)).toEqual([
      1, 2, 18, 19,
    ]);
    expect(Array.from(training.labeledIter.keys()).filter((row) => training.labeledIter[row] === 2)).toEqual([
      3, 4, 16, 17,
    ]);
    const rest = await new SelfTraining<string>({ criterion: 'kBest', kBest: 100 }).fit(X, y);
    expect([rest.terminationCondition, rest.nIter]).toEqual(['allLabeled', 1]);
  });

  it('is what its rounds are by hand', async () => {
    const { X: rows, blob } = blobs(3, 30, 4, 5);
    const noisy = {
      data: rows.data.map((value, i) => value + 12 * (new RandomState(i).randomSample() - 0.5)),
      shape: rows.shape,
    };
    const given = { rows: [0, 1, 2], labels: [5, 7, 9] };
    const training = await new SelfTraining<number>({ threshold: 0.95, maxIter: 3 }).fit(noisy, given);
    const labelled = Array.from(blob.keys()).filter((row) => training.labeledIter[row]! >= 0);
    expect(training.transduction.map((label) => label !== null)).toEqual(
      Array.from(training.labeledIter, (round) => round >= 0),
    );
    const plain = await new LogisticRegression<number>().fit(
      takeRows(noisy, labelled),
      labelled.map((row) => training.transduction[row]!),
    );
    expect(training.classifier.coef).toEqual(plain.coef);
    expect(training.classes).toEqual([5, 7, 9]);
    expect(await training.predict(noisy)).toEqual(await plain.predict(noisy));
    expect((await training.predictProba(noisy)).shape).toEqual([90, 3]);
    expect(
      await training.score(
        noisy,
        Array.from(blob, (each) => [5, 7, 9][each]!),
      ),
    ).toBeGreaterThan(0.9);
  });

  it('does nothing but fit where it may begin no round', async () => {
    const training = await new SelfTraining<string>({ maxIter: 0 }).fit(X, y);
    expect([training.nIter, training.terminationCondition]).toEqual([0, 'maxIter']);
    expect(training.transduction.filter((label) => label !== null)).toEqual(['left', 'right']);
  });

  it('refuses what can not be meant', async () => {
    const bad = (work: Promise<unknown> | (() => unknown), words: string) =>
      expectError(work, 'ERR_INVALID_ARGUMENT', words);
    await bad(new SelfTraining<string>().fit(X, { rows: [0, 0], labels: ['a', 'b'] }), '0 occurs twice');
    await bad(new SelfTraining<string>().fit(X, { rows: [0, 1], labels: ['a', 'a'] }), 'two classes');
    await bad(new SelfTraining<string>().fit(X, ['a', 'b'] as never), '{ rows, labels }');
    for (const threshold of [1, -0.1, Number.NaN])
      await bad(() => new SelfTraining({ threshold }), 'threshold');
    await bad(() => new SelfTraining({ maxIter: 1.5 }), 'maxIter');
    await bad(() => new SelfTraining({ kBest: 0 }), 'kBest');
    await bad(() => new SelfTraining({ criterion: 'k_best' as 'kBest' }), "'threshold', 'kBest'");
    await bad(() => new SelfTraining({ classifier: { C: -1 } }), 'C');
    await expectError(() => new SelfTraining().transduction, 'ERR_NOT_FITTED', 'SelfTraining');
  });
});
