import { expect, it } from 'vitest';
import { ClusterThenLabel, type Propagation } from '../../lib/semi-supervised/cluster-then-label.ts';
import { describeOnBackends } from '../support/backends.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const { X, blob } = blobs();
const [rows] = X.shape;
const NAMES = ['coat', 'bag', 'shirt', 'dress'];
const truth = Array.from(blob, (b) => NAMES[b]!);
const annotator = (asked: Int32Array) => Array.from(asked, (row) => truth[row]!);

describeOnBackends('ClusterThenLabel', () => {
  it('learns all from one answer for each cluster', async () => {
    const asked: Int32Array[] = [];
    const pipeline = await new ClusterThenLabel<string>({ budget: 4, randomState: 0 }).fit(
      X,
      async (rows) => {
        asked.push(rows);
        return annotator(rows);
      },
    );
    expect(asked.length).toBe(1);
    expect(pipeline.asked).toEqual({ rows: asked[0], labels: annotator(asked[0]!) });
    expect(new Set(asked[0]).size).toBe(4);
    expect(pipeline.trainedOn).toBe(pipeline.asked);
    expect(await pipeline.predict(X)).toEqual(truth);
    expect(await pipeline.score(X, truth)).toBe(1);
    expect((await pipeline.predictProba(X)).shape).toEqual([rows, 4]);
    expect(pipeline.clusterer.clusterCenters.shape[0]).toBe(4);
    expect(pipeline.classifier.classes).toEqual(NAMES.toSorted());
  });

  it.each<[Propagation, number]>([
    ['clusters', rows],
    [{ count: 5 }, 20],
    [{ share: 0.5 }, rows / 2],
  ])('spreads the answers over more rows with propagation %j', async (propagation, trained) => {
    const pipeline = new ClusterThenLabel<string>({ budget: 4, randomState: 0, propagation });
    await pipeline.fit(X, annotator);
    const { rows, labels } = pipeline.trainedOn;
    expect(rows.length).toBe(trained);
    expect(labels).toEqual(annotator(rows));
    expect(await pipeline.score(X, truth)).toBe(1);
  });

  it('never asks about a row twice, even where centres share their nearest row', async () => {
    const twins = { data: new Uint8Array(12).fill(1, 6), shape: [12, 1] as const };
    const pipeline = new ClusterThenLabel<number>({ budget: 6, randomState: 0 });
    await pipeline.fit(twins, (rows) => Array.from(rows, (row) => twins.data[row]!));
    expect(new Set(pipeline.asked.rows).size).toBe(6);
  });

  it('passes its options on', async () => {
    const pipeline = await new ClusterThenLabel<string>({
      budget: 4,
      randomState: 0,
      clustering: { batchSize: 16, maxIter: 1 },
      classifier: { C: 7 },
    }).fit(X, annotator);
    expect(pipeline.clusterer.options.batchSize).toBe(16);
    expect(pipeline.classifier.options.C).toBe(7);
  });

  it('refuses what can not be meant before it asks anyone', async () => {
    const make = (options: object) => () => new ClusterThenLabel(options);
    await expectError(make({ budget: 1 }), 'ERR_INVALID_ARGUMENT', 'budget');
    await expectError(make({ propagation: 'nearest' }), 'ERR_INVALID_ARGUMENT', 'propagation');
    await expectError(make({ propagation: { count: 0 } }), 'ERR_INVALID_ARGUMENT', 'count');
    await expectError(make({ propagation: { share: 2 } }), 'ERR_INVALID_ARGUMENT', 'share');
    await expectError(make({ classifier: { penalty: 1 } }), 'ERR_INVALID_ARGUMENT', 'penalty');
    await expectError(make({ clustering: { batch: 1 } }), 'ERR_INVALID_ARGUMENT', 'batch');
    const never = () => {
      throw new Error('asked');
    };
    await expectError(
      new ClusterThenLabel({ budget: rows + 1 }).fit(X, never),
      'ERR_INVALID_ARGUMENT',
      'budget',
    );
    const wide = new ClusterThenLabel({ budget: 2, propagation: { count: rows + 1 } });
    await expectError(wide.fit(X, never), 'ERR_INVALID_ARGUMENT', 'count');
    await expectError(
      new ClusterThenLabel({ budget: 2 }).fit(X, 'ask' as unknown as () => []),
      'ERR_INVALID_ARGUMENT',
      'annotator',
    );
  });

  it('refuses answers that do not fit, and hands on what the annotator throws', async () => {
    const pipeline = new ClusterThenLabel({ budget: 4, randomState: 0 });
    await expectError(
      pipeline.fit(X, () => ['coat']),
      'ERR_INVALID_ARGUMENT',
      'answer',
    );
    await expect(pipeline.fit(X, () => Promise.reject(new Error('gone home')))).rejects.toThrow('gone home');
    await expectError(() => pipeline.classifier, 'ERR_NOT_FITTED', 'ClusterThenLabel');
  });

  it('stops when aborted while the annotator thinks', async () => {
    const controller = new AbortController();
    const pipeline = new ClusterThenLabel<string>({ budget: 4, randomState: 0 });
    const work = pipeline.fit(
      X,
      (rows) => {
        controller.abort();
        return annotator(rows);
      },
      { signal: controller.signal },
    );
    await expectError(work, 'ABORT_ERR');
  });
});
