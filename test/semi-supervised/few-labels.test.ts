import { describe, expect, it, vi } from 'vitest';
import { setThreads } from '../../lib/backend/select.ts';
import type { Matrix } from '../../lib/core/matrix.ts';
import { RandomState } from '../../lib/core/random-state.ts';
import { FewLabels, type FewLabelsOptions } from '../../lib/semi-supervised/few-labels.ts';
import { LabelSpreading } from '../../lib/semi-supervised/label-spreading.ts';
import { Representation } from '../../lib/semi-supervised/representation.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';
import { smallGarments } from '../support/small-garments.ts';

const BLOBS = 5;
const { X, blob } = blobs(BLOBS, 40, 8);
const rows = X.shape[0];
const NAMES = ['coat', 'bag', 'shirt', 'dress', 'boot'];
const truth = Array.from(blob, (b) => NAMES[b]!);
const annotator = (asked: Int32Array) => Array.from(asked, (row) => truth[row]!);
const answersFor = (asked: Int32Array) => ({ rows: asked, labels: annotator(asked) });
const newFewLabels = (options?: FewLabelsOptions) =>
  new FewLabels<string>({ budget: BLOBS, randomState: 0, ...options });

describeOnBackends('FewLabels', (backend) => {
  it('learns all from one answer for each kind of row', async () => {
    const asked: Int32Array[] = [];
    const few = await newFewLabels().fit(X, async (chosen) => {
      asked.push(chosen);
      return annotator(chosen);
    });
    expect(asked.length).toBe(1);
    expect(few.labelled).toEqual(answersFor(asked[0]!));
    expect(new Set(few.labelled.labels).size).toBe(BLOBS);
    expect(few.classes).toEqual(NAMES.toSorted());
    expect(await few.predict(X)).toEqual(truth);
    expect(await few.score(X, truth)).toBe(1);
  });

  it('gives probabilities of fitted rows and of new ones', async () => {
    const few = await newFewLabels().fit(X, annotator);
    const moved = { ...X, data: X.data.map((value) => value + 0.01) };
    for (const { data, shape } of [few.labelDistributions, await few.predictProba(moved)]) {
      expect(shape).toEqual([rows, BLOBS]);
      for (let row = 0; row < rows; row++) {
        const own = data.subarray(row * BLOBS, (row + 1) * BLOBS);
        expect(own.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
        expect(few.classes[own.indexOf(Math.max(...own))]).toBe(truth[row]);
      }
    }
  });

  it('predicts many rows in chunks, to the same bits as all at once, and stops at the chunk in which it is aborted', async () => {
    const few = await newFewLabels().fit(X, annotator);
    const many = { data: new Float32Array(2500 * X.shape[1]), shape: [2500, X.shape[1]] as const };
    many.data.forEach((_, i) => {
      many.data[i] = X.data[i % X.data.length]! + Math.sin(i) / 10;
    });
    const whole = await few.classifier.predictProba(await few.representation.transform(many));
    const { predictProba } = LabelSpreading.prototype;
    const control = new AbortController();
    const chunks: number[] = [];
    const seen = vi.spyOn(LabelSpreading.prototype, 'predictProba');
    seen.mockImplementation(function (this: LabelSpreading, chunk, options) {
      chunks.push(chunk.shape[0]);
      if (chunks.length === 5) control.abort();
      return predictProba.call(this, chunk, options);
    });
    expect(await few.predictProba(many)).toEqual(whole);
    expect(chunks).toEqual([1000, 1000, 500]);
    await expectError(few.predictProba(many, { signal: control.signal }), 'ABORT_ERR');
    expect(chunks.length).toBe(5);
    seen.mockRestore();
  });

  it('finds the same whether it asks, or the rows it picks come back with labels', async () => {
    const few = newFewLabels({ classPrior: 'estimated' });
    const picked = await few.pick(X);
    await few.fit(X, answersFor(picked));
    const asking = await newFewLabels({ classPrior: 'estimated' }).fit(X, annotator);
    expect(picked).toEqual(asking.labelled.rows);
    expect(few.labelDistributions).toEqual(asking.labelDistributions);
    expect(few.summary().replaceAll(/\d\.\d\d/g, '')).toBe(asking.summary().replaceAll(/\d\.\d\d/g, ''));
  });

  it('goes on from a representation that is there, for any budget', async () => {
    const alone = await newFewLabels().fit(X, annotator);
    const shared = await newFewLabels().fit(alone.representation, annotator);
    expect(shared.representation).toBe(alone.representation);
    expect(shared.labelDistributions).toEqual(alone.labelDistributions);
    const more = await newFewLabels({ budget: 3 * BLOBS }).fit(alone.representation, annotator);
    expect(more.labelled.rows.length).toBe(3 * BLOBS);
    expect(await more.score(X, truth)).toBe(1);
  });

  it('chooses among a part of the rows where told, and learns from all', async () => {
    const labelled = { rows: Int32Array.of(199, 0), labels: [truth[199]!, truth[0]!] };
    const few = newFewLabels({ budget: 3, candidates: 120 });
    const picked = await few.pick(X, { labelled });
    expect(new Set([...picked, ...labelled.rows].map((row) => truth[row])).size).toBe(BLOBS);
    const places = few.selection.clusters!;
    expect(places.length).toBe(rows);
    expect(places.filter((place) => place < 0).length).toBeGreaterThanOrEqual(rows - 122);
    for (const [row, place] of places.entries()) {
      if (place >= 0) expect(truth[row]).toBe(truth[picked[place]!]);
    }
    const doubtful = await few.pick(X, { labelled, strategy: 'margin' });
    expect(doubtful.some((row) => labelled.rows.includes(row))).toBe(false);

    const answered = await newFewLabels({ candidates: 120 }).fit(X, annotator);
    expect(answered.representation.rows.shape[0]).toBe(rows);
    expect(answered.transduction).toEqual(truth);
    const fromThere = newFewLabels({ candidates: 120 });
    await fromThere.fit(answered.representation, annotator);
    expect(fromThere.representation).toBe(answered.representation);
    expect(fromThere.transduction).toEqual(truth);
  });

  it('takes labels that were there before, and says so', async () => {
    const few = await newFewLabels().fit(X, answersFor(Int32Array.of(0, 1, 2, 3, 4, 5)));
    expect(await few.score(X, truth)).toBe(1);
    expect(few.summary()).toContain('6 of them came with a label; the labels name 5 classes.');
    const again = await newFewLabels().fit(X, answersFor(Int32Array.of(0, 1, 2, 3, 4, 5)));
    expect(again.labelDistributions).toEqual(few.labelDistributions);
  });

  it('tells in plain words what it did, with the seconds of each phase', async () => {
    const few = await newFewLabels({ classPrior: 'none', strategy: 'farthest-first' }).fit(X, annotator);
    const summary = few.summary();
    expect(summary).toMatch(
      /^200 rows, vectors of 8 columns, were reduced to 8 components, which hold 100\.0 % of/,
    );
    expect(summary).toContain('each joined to its 10 nearest');
    expect(summary).toContain('5 of them were chosen to be labelled (farthest-first)');
    expect(summary).toContain('Nothing was assumed of how frequent the classes are');
    const phases = ['reduction', 'graph', 'selection', 'cross-validation', 'spreading', 'regression'];
    expect(Object.keys(few.phases)).toEqual(phases);
    for (const phase of phases) {
      expect(few.phases[phase]).toBeGreaterThanOrEqual(0);
      expect(summary).toMatch(new RegExp(`${phase} \\d+\\.\\d\\d`));
    }
    const given = await newFewLabels({ classPrior: [1, 1, 1, 1, 2] }).fit(few.representation, annotator);
    expect(given.summary()).toContain('as frequent as was told');
  });

  it('leaves rows that no label reaches to the regression, and says how many', async () => {
    const labelled = answersFor(Int32Array.of(0, 1, 2, 3, 5, 6, 7, 8));
    const few = await newFewLabels().fit(X, labelled);
    expect(few.classes.length).toBe(BLOBS - 1);
    expect(few.summary()).toContain('all rows but 40, which are left to the regression');
    const { data } = few.labelDistributions;
    expect(data.every((value) => value >= 0)).toBe(true);
    for (let row = 0; row < rows; row++) {
      const own = data.subarray(row * 4, row * 4 + 4);
      expect(own.reduce((sum, each) => sum + each, 0)).toBeCloseTo(1, 5);
      if (blob[row] !== 4) expect(few.classes[own.indexOf(Math.max(...own))]).toBe(truth[row]);
    }
  });

  it('finds by cross-validation that spreading serves where rows of a class lie together', async () => {
    const { crossValidation } = await newFewLabels({ budget: 20 }).fit(X, annotator);
    expect(crossValidation).toMatchObject({ spreading: 1, spreadingMisleads: false });
  });

  it('cross-validates with labels of every class, in whatever order they come', async () => {
    const inTurn = Array.from({ length: 20 }, (_, row) => row);
    const classAfterClass = inTurn.toSorted((a, b) => blob[a]! - blob[b]!);
    for (const order of [inTurn, classAfterClass]) {
      const few = await newFewLabels().fit(X, answersFor(Int32Array.from(order)));
      expect(few.crossValidation.spreading).toBe(1);
    }
  });

  it('learns from the labels alone where rows of a class do not lie together, and says so', async () => {
    const { points, sides } = halvedCloud(600, 12);
    const few = new FewLabels<string>({ budget: 60, randomState: 0 });
    await few.fit(points, (asked) => Array.from(asked, (row) => sides[row]!));
    const { spreading, regression, standardError, spreadingMisleads } = few.crossValidation;
    expect(spreadingMisleads).toBe(true);
    expect(regression - spreading).toBeGreaterThan(standardError);
    expect(few.summary()).toContain('rows of one class do not lie together');
    expect(few.phases).not.toHaveProperty('spreading');
    expect(few.labelDistributions.shape).toEqual([600, 2]);
    expect(await few.score(points, sides)).toBeGreaterThan(0.85);
  });

  it('gives the same for the same seed and goes on with a stream', async () => {
    const first = await newFewLabels({ strategy: 'random' }).pick(X);
    expect(await newFewLabels({ strategy: 'random' }).pick(X)).toEqual(first);
    const stream = newFewLabels({ strategy: 'random', randomState: new RandomState(0) });
    expect(await stream.pick(X)).toEqual(first);
    expect(await stream.pick(X)).not.toEqual(first);
  });

  it.skipIf(backend === 'javascript')('gives the same bits for any number of threads', async () => {
    const results = [];
    for (const threads of [1, 2, 3]) {
      setThreads(threads);
      results.push((await newFewLabels().fit(X, annotator)).labelDistributions);
    }
    for (const result of results) expect(result).toEqual(results[0]);
  });

  describe('on images', () => {
    it('describes them by their patches', async () => {
      const { images, labels } = await smallGarments(180);
      const few = new FewLabels<number>({ budget: 40, randomState: 1, image: {} });
      await few.fit(images, (asked) => Array.from(asked, (row) => labels[row]!));
      expect(few.representation.patches!.nFeatures).toBe(192 * 16);
      expect(few.representation.rows.shape).toEqual([180, 128]);
      expect(few.summary()).toMatch(
        /^180 rows, images described by 192 patches of their own, as 3,072 features,/,
      );
      const right = labels.filter((label, row) => {
        const own = few.labelDistributions.data.subarray(row * 10, row * 10 + 10);
        return few.classes[own.indexOf(Math.max(...own))] === label;
      });
      expect(right.length / labels.length).toBeGreaterThan(0.55);
      const test = await smallGarments(50, 2);
      expect(await few.score(test.images, test.labels)).toBeGreaterThan(0.5);
    });

    it('refuses images of another shape than was told', async () => {
      const few = new FewLabels({ image: { height: 9, width: 10 }, budget: 2 });
      const { images } = await smallGarments(4);
      await expectError(few.pick(images), 'ERR_INVALID_ARGUMENT', '9 x 10');
    });
  });

  it('refuses what it can not learn from', async () => {
    const refuses = (answers: unknown, words: string) =>
      expectError(newFewLabels().fit(X, answers as never), 'ERR_INVALID_ARGUMENT', words);
    await refuses({ rows: [0, 1] }, 'answers');
    await refuses({ rows: [0, 200], labels: ['a', 'b'] }, 'answers.rows[1]');
    await refuses({ rows: [0, 1], labels: ['a'] }, 'answers.labels');
    await refuses({ rows: [], labels: [] }, 'there are none');
    await refuses(() => ['coat'], "the annotator's answer");
    await expectError(
      newFewLabels({ budget: 201 }).pick(X),
      'ERR_INVALID_ARGUMENT',
      'budget to be at most 200',
    );
    await expectError(
      newFewLabels().pick({ data: new Float32Array(3), shape: [1, 3] }),
      'ERR_INVALID_ARGUMENT',
    );
    const few = await newFewLabels().fit(X, annotator);
    await expectError(few.predict(blobs(2, 5, 4).X), 'ERR_INVALID_ARGUMENT', '8 columns');
    const error = new Error('no time');
    await expect(newFewLabels().fit(X, () => Promise.reject(error))).rejects.toBe(error);
  });

  it('refuses bad options, and to be read before a fit', async () => {
    const refuses = (options: object, words: string) =>
      expectError(() => new FewLabels(options), 'ERR_INVALID_ARGUMENT', words);
    await refuses({ budget: 1 }, 'budget');
    await refuses({ strategy: 'margin' }, 'strategy');
    await refuses({ classPrior: 'even' }, 'classPrior');
    await refuses({ image: 28 }, 'image');
    await refuses({ image: { high: 28 } }, "'high'");
    await refuses({ image: { channels: 0 } }, 'channels');
    await refuses({ candidates: 99, budget: 100 }, 'candidates');
    await refuses({ labels: 3 }, "no option 'labels'");
    const few = newFewLabels();
    await expectError(() => few.classes, 'ERR_NOT_FITTED', 'FewLabels');
    await expectError(() => few.summary(), 'ERR_NOT_FITTED');
    await expectError(few.predict(X), 'ERR_NOT_FITTED');
    await expectError(few.fit(new Representation(), annotator), 'ERR_NOT_FITTED', 'Representation');
  });

  it('stops where it is aborted', async () => {
    const signal = AbortSignal.abort('enough');
    await expectError(newFewLabels().pick(X, { signal }), 'ABORT_ERR');
    await expectError(newFewLabels().fit(X, annotator, { signal }), 'ABORT_ERR');
  });
});

/** One cloud of rows without clusters, cut in two by a plane: each side is a class. */
function halvedCloud(count: number, columns: number): { points: Matrix; sides: string[] } {
  const random = new RandomState(3);
  const data = Float32Array.from(
    { length: count * columns },
    () => random.randomSample(12).reduce((a, b) => a + b) - 6,
  );
  const sides = Array.from({ length: count }, (_, row) => {
    const own = data.subarray(row * columns, (row + 1) * columns);
    return own.reduce((sum, value, i) => sum + (i % 2 ? value : -value), 0) > 0 ? 'above' : 'below';
  });
  return { points: { data, shape: [count, columns] }, sides };
}
