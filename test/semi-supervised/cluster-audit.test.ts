import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RandomState } from '../../lib/core/random-state.ts';
import {
  type AuditClustersOptions,
  auditClusters,
  propagateAudited,
} from '../../lib/semi-supervised/cluster-audit.ts';
import { expectError } from '../support/errors.ts';

/** Clusters of 40 rows each; row i is in cluster i mod 4, which bears its own number but for some rows of 'other'. */
const ROWS = 160;
const clusters = Int32Array.from({ length: ROWS }, (_, row) => row % 4);
/** Cluster 0 is pure, a quarter of 1 and half of 2 is something else, and all of 3 but its representative. */
const SHARE_OF_OTHERS = [0, 0.25, 0.5, 1];
const truth = Array.from(clusters, (cluster, row) =>
  row >= 4 && Math.floor(row / 4) % 4 < 4 * SHARE_OF_OTHERS[cluster]! ? 'other' : String(cluster),
);
const representatives = { rows: Int32Array.of(0, 1, 2, 3), labels: ['0', '1', '2', '3'] };
const ask = (rows: Int32Array) => Array.from(rows, (row) => truth[row]!);

const audit = (options: AuditClustersOptions) =>
  auditClusters(clusters, representatives, ask, { randomState: 0, ...options });

describe('auditClusters', () => {
  it('asks once, about so many other members of each cluster, none twice, no representative', async () => {
    const calls: Int32Array[] = [];
    const { asked, clusters: audited } = await auditClusters(
      clusters,
      representatives,
      async (rows) => {
        calls.push(rows);
        return ask(rows);
      },
      { membersPerCluster: 7, randomState: 3 },
    );
    expect(calls.length).toBe(1);
    expect(asked).toEqual({ rows: calls[0], labels: ask(calls[0]!) });
    expect(Array.from(asked.rows, (row) => clusters[row])).toEqual(
      [0, 1, 2, 3].flatMap((cluster) => Array(7).fill(cluster)),
    );
    expect(new Set([...asked.rows, ...representatives.rows]).size).toBe(32);
    expect(audited.map((each) => each.asked)).toEqual([7, 7, 7, 7]);
    expect(audited.map((each) => each.rows)).toEqual([39, 39, 39, 39]);
  });

  it("gives Jeffreys' estimate and interval of a cluster's purity", async () => {
    const [pure, , , wrong] = (await audit({ membersPerCluster: 3 })).clusters;
    // Beta(3.5, 0.5): scipy.stats.beta.ppf(0.025, 3.5, 0.5)
    expect(pure).toMatchObject({ agreed: 3, mixed: false, purity: { value: 3.5 / 4, high: 1 } });
    expect(pure!.purity.low).toBeCloseTo(0.464416757, 6);
    expect(wrong).toMatchObject({ agreed: 0, mixed: true, purity: { value: 0.5 / 4, low: 0 } });
    expect(wrong!.purity.high).toBeCloseTo(1 - 0.464416757, 6);
  });

  it('knows a cluster of which it has asked about every row', async () => {
    const { clusters: audited, labelAccuracy } = await audit({ membersPerCluster: 1000 });
    const right = [39, 30, 20, 0].map((each) => each / 39);
    for (const [cluster, { purity, asked }] of audited.entries()) {
      expect(asked).toBe(39);
      expect(purity.value).toBeCloseTo(right[cluster]!, 1);
      expect([purity.low, purity.high]).toEqual([purity.value, purity.value]);
    }
    const true_ = truth.filter((label, row) => row >= 4 && label === String(clusters[row])).length / 156;
    expect(labelAccuracy.value).toBeCloseTo(true_, 12);
  });

  it('holds a cluster to be mixed where its purity is estimated below minPurity', async () => {
    const options = { membersPerCluster: 39 };
    const mixed = async (minPurity: number) =>
      (await audit({ ...options, minPurity })).clusters.map((cluster) => cluster.mixed);
    expect(await mixed(0)).toEqual([false, false, false, false]);
    expect(await mixed(0.6)).toEqual([false, false, true, true]);
    expect(await mixed(1)).toEqual([false, true, true, true]);
  });

  it('abstains, with one member each, where that disagrees', async () => {
    const { clusters: audited } = await audit({});
    for (const { agreed, mixed } of audited) expect(mixed).toBe(agreed === 0);
  });

  it('holds the true share of right labels in its interval nearly always', async () => {
    const sizes = Array.from({ length: 30 }, (_, cluster) => 5 + ((7 * cluster) % 40));
    const numbers = Int32Array.from(sizes.flatMap((size, cluster) => Array(size).fill(cluster)));
    const random = new RandomState(5);
    const labels = Array.from(numbers, (cluster) => Number(random.randomSample() < (cluster % 5) / 4));
    const rows = Int32Array.from(sizes, (_, cluster) => numbers.indexOf(cluster));
    const chosen = { rows, labels: Array.from(rows, () => 1) };
    const others = labels.filter((_, row) => !rows.includes(row));
    const share = others.filter((label) => label === 1).length / others.length;
    let held = 0;
    const means: number[] = [];
    for (let randomState = 0; randomState < 300; randomState++) {
      const answer = (asked: Int32Array) => Array.from(asked, (row) => labels[row]!);
      const { value, low, high } = (await auditClusters(numbers, chosen, answer, { randomState }))
        .labelAccuracy;
      means.push(value);
      held += Number(low <= share && share <= high);
    }
    expect(held).toBeGreaterThan(0.95 * 300);
    expect(means.reduce((sum, each) => sum + each) / 300).toBeCloseTo(share, 1);
  });

  it('draws the same members for the same seed', async () => {
    expect(await audit({ membersPerCluster: 4 })).toEqual(await audit({ membersPerCluster: 4 }));
    const other = await audit({ membersPerCluster: 4, randomState: 1 });
    expect(other.asked.rows).not.toEqual((await audit({ membersPerCluster: 4 })).asked.rows);
  });

  it('asks nobody if its signal is aborted, and returns nothing if it is aborted meanwhile', async () => {
    const asked: number[] = [];
    const controller = new AbortController();
    const annotator = (rows: Int32Array) => {
      asked.push(rows.length);
      controller.abort();
      return ask(rows);
    };
    const abortion = (signal: AbortSignal) =>
      expectError(auditClusters(clusters, representatives, annotator, { signal }), 'ABORT_ERR');
    await abortion(AbortSignal.abort());
    expect(asked).toEqual([]);
    await abortion(controller.signal);
    expect(asked).toHaveLength(1);
  });

  it('asks about nothing in clusters of one row', async () => {
    const only = { rows: Int32Array.of(0, 1), labels: [3, 4] };
    const { asked, clusters: audited, labelAccuracy } = await auditClusters([0, 1], only, () => []);
    expect(asked.rows.length).toBe(0);
    expect(audited.map(({ rows, mixed }) => [rows, mixed])).toEqual([
      [0, false],
      [0, false],
    ]);
    expect(labelAccuracy).toEqual({ value: 1, low: 1, high: 1 });
  });

  it('counts rows that the annotator does not know as not asked about', async () => {
    const some = (rows: Int32Array) => Array.from(rows, (row) => (row % 8 < 4 ? truth[row]! : null));
    const { asked, clusters: audited } = await auditClusters(clusters, representatives, some, {
      membersPerCluster: 39,
      randomState: 0,
    });
    expect(asked.labels).toEqual(Array.from(asked.rows, (row) => truth[row]));
    expect(Array.from(asked.rows, (row) => row % 8 < 4)).not.toContain(false);
    expect(audited.map((each) => [each.rows, each.asked])).toEqual(Array(4).fill([39, 19]));
    expect(audited[3]).toMatchObject({ agreed: 0, mixed: true, purity: { value: 0.5 / 20, low: 0 } });
  });

  it('tells nothing of clusters of which nobody knows a member: anything is possible', async () => {
    const unknown = { value: 0.5, low: 0, high: 1 };
    const found = await auditClusters(clusters, representatives, (rows) => Array(rows.length).fill(null));
    expect(found.clusters).toEqual(
      Array(4).fill({ rows: 39, asked: 0, agreed: 0, purity: unknown, mixed: true }),
    );
    expect(found.labelAccuracy).toEqual(unknown);
    expect(propagateAudited(clusters, representatives, found)).toEqual(representatives);
  });

  it('refuses what can not be meant before it asks anyone', async () => {
    const never = () => {
      throw new Error('asked');
    };
    const bad = 'ERR_INVALID_ARGUMENT';
    const other = (changes: object) => ({ ...representatives, ...changes });
    await expectError(auditClusters([0, 4], representatives, never), bad, /rows\[2\]|clusters/);
    await expectError(auditClusters([0, 0.5, 0, 1], representatives, never), bad, 'clusters');
    await expectError(
      auditClusters(clusters, other({ labels: ['0'] }), never),
      bad,
      'representatives.labels',
    );
    await expectError(
      auditClusters(clusters, other({ rows: Int32Array.of(), labels: [] }), never),
      bad,
      'representatives.rows',
    );
    await expectError(auditClusters(clusters, representatives, 'ask' as never), bad, 'annotator');
    await expectError(audit({ membersPerCluster: 0 }), bad, 'membersPerCluster');
    await expectError(audit({ minPurity: 2 }), bad, 'minPurity');
    await expectError(audit({ members: 2 } as object), bad, 'members');
    await expectError(
      auditClusters(clusters, representatives, () => ['0']),
      bad,
      "the annotator's answer",
    );
  });
});

describe('propagateAudited', () => {
  it('refuses what is no audit of these clusters', async () => {
    const found = await audit({});
    for (const bad of [
      undefined,
      {},
      { ...found, clusters: found.clusters.slice(1) },
      { ...found, asked: null },
    ]) {
      const work = () => propagateAudited(clusters, representatives, bad as typeof found);
      await expectError(work, 'ERR_INVALID_ARGUMENT', 'audit');
    }
  });

  it('labels what was asked about as it is, and else only the rows of clusters that are not mixed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 0, max: 50 }),
        async (membersPerCluster, randomState) => {
          const found = await audit({ membersPerCluster, randomState });
          const { rows, labels } = propagateAudited(clusters, representatives, found);
          const known = new Set([...representatives.rows, ...found.asked.rows]);
          expect(Array.from(rows)).toEqual(
            Array.from(truth.keys()).filter(
              (row) => known.has(row) || !found.clusters[clusters[row]!]!.mixed,
            ),
          );
          for (const [i, row] of rows.entries()) {
            expect(labels[i]).toBe(known.has(row) ? truth[row] : String(clusters[row]));
          }
        },
      ),
      { numRuns: 20 },
    );
  });
});
