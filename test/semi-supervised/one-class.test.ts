import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matrix } from '../../lib/core/matrix-of-rows.ts';
import { modelFromBytes, modelToBytes } from '../../lib/models/model-file.ts';
import { auditClusters } from '../../lib/semi-supervised/cluster-audit.ts';
import { ClusterThenLabel } from '../../lib/semi-supervised/cluster-then-label.ts';
import { FewLabels } from '../../lib/semi-supervised/few-labels.ts';
import { describeOnBackends } from '../support/backends.ts';
import { expectError } from '../support/errors.ts';

/** Two clusters, rows of which take turns. */
const X = matrix(Array.from({ length: 40 }, (_, i) => [(i % 2) * 9 + Math.sin(i), Math.cos(3 * i), i % 3]));
const labelOf = (row: number) => (row % 2 ? 'odd' : 'even');
const FewOptions = { budget: 8, randomState: 0 } as const;

describeOnBackends('labels of one class', () => {
  it.each([
    ['a single one', [3]],
    ['several', [3, 5, 8]],
  ])('make every row of that class, and the summary says so: %s', async (_, rows) => {
    const few = await new FewLabels<string>(FewOptions).fit(X, {
      rows: Int32Array.from(rows),
      labels: rows.map(() => 'only'),
    });
    expect(few.classes).toEqual(['only']);
    expect(few.transduction).toEqual(Array(40).fill('only'));
    expect(await few.predict(X)).toEqual(Array(40).fill('only'));
    expect(new Set((await few.predictProba(X)).data)).toEqual(new Set([1]));
    expect(few.summary()).toMatch(/All labels are "only", so every row is taken for that/);
    expect(few.summary()).toMatch('one class');
    expect(JSON.parse(JSON.stringify(few.crossValidation)).spreadingMisleads).toBe(false);
    const loaded = await modelFromBytes<string>(await modelToBytes(few));
    expect(await loaded.predict(X)).toEqual(Array(40).fill('only'));
  });
});

describeOnBackends('an annotator', () => {
  it('may not know a row, which is then left out', async () => {
    const asked: number[] = [];
    const few = await new FewLabels<string>(FewOptions).fit(X, (rows) => {
      asked.push(...rows);
      return Array.from(rows, (row, i) => (i === 1 ? null : i === 4 ? undefined : labelOf(row)));
    });
    expect([...few.labelled.rows]).toEqual(asked.filter((_, i) => i !== 1 && i !== 4));
    expect(few.labelled.labels).toEqual(Array.from(few.labelled.rows, labelOf));
  });

  it.each(['none', 'clusters', { count: 3 }, { share: 0.5 }] as const)(
    'may not know the row of a cluster, which is then left out: %j',
    async (propagation) => {
      let unknown = -1;
      const learner = new ClusterThenLabel<string>({ budget: 6, propagation, randomState: 0 });
      await learner.fit(X, (rows) => {
        unknown = rows[2]!;
        return Array.from(rows, (row) => (row === unknown ? null : labelOf(row)));
      });
      expect(learner.asked.rows).toHaveLength(5);
      expect(learner.asked.rows).not.toContain(unknown);
      if (propagation === 'clusters') expect(learner.trainedOn.rows.length).toBeLessThan(40);
      expect(learner.trainedOn.labels).toEqual(Array.from(learner.trainedOn.rows, labelOf));
    },
  );

  it('may not know a second member: it counts as not asked about', async () => {
    const clusters = Array.from({ length: 40 }, (_, row) => row % 2);
    const audit = await auditClusters(
      clusters,
      { rows: Int32Array.of(0, 1), labels: ['even', 'odd'] },
      (rows) => Array.from(rows, (row, i) => (i === 0 ? null : labelOf(row))),
      { membersPerCluster: 3, randomState: 0 },
    );
    expect(audit.clusters.map(({ asked, agreed }) => [asked, agreed])).toEqual([
      [2, 2],
      [3, 3],
    ]);
    expect(audit.asked.rows).toHaveLength(5);
  });

  it('must know one row at least', async () => {
    await expectError(
      new FewLabels(FewOptions).fit(X, (rows) => Array(rows.length).fill(null)),
      'ERR_INVALID_ARGUMENT',
      'at least one label',
    );
  });
});

describeOnBackends('FewLabels', () => {
  it('picks as many rows as each pick asks for', async () => {
    const few = new FewLabels<string>(FewOptions);
    const first = await few.pick(X);
    const more = await few.pick(X, {
      budget: 3,
      labelled: { rows: first, labels: Array.from(first, labelOf) },
    });
    expect([first.length, more.length]).toEqual([8, 3]);
    expect([...more].filter((row) => first.includes(row))).toEqual([]);
    await expectError(few.pick(X, { budget: 41 }), 'ERR_INVALID_ARGUMENT', 'budget');
    await expectError(few.pick(X, { budget: 0 }), 'ERR_INVALID_ARGUMENT', 'budget');
  });

  it('refuses a class prior of another number of classes, without naming an option that it lacks', async () => {
    const few = new FewLabels<string>({ ...FewOptions, classPrior: [1, 2, 3] });
    const labelled = { rows: Int32Array.of(0, 1), labels: ['a', 'b'] };
    await expectError(
      few.fit(X, labelled),
      'ERR_INVALID_ARGUMENT',
      /^Expected 2 numbers, one for each class that has a label, for classPrior but it has 3$/,
    );
  });

  it('refuses one row with two labels, naming it, and takes the same label twice as one', async () => {
    const few = new FewLabels<string>(FewOptions);
    const twice = { rows: Int32Array.of(1, 1, 2), labels: ['a', 'b', 'a'] };
    await expectError(few.fit(X, twice), 'ERR_INVALID_ARGUMENT', "'a' and 'b' for row 1");
    await few.fit(X, { rows: Int32Array.of(1, 1, 2), labels: ['a', 'a', 'b'] });
    expect([...few.labelled.rows]).toEqual([1, 2]);
  });

  it('takes the empty string as a class like others', async () => {
    const few = await new FewLabels<string>(FewOptions).fit(X, (rows) =>
      Array.from(rows, (row) => (row % 2 ? '' : 'even')),
    );
    expect(few.classes).toEqual(['', 'even']);
  });

  it('learns from whatever labels an annotator knows', async () => {
    const answer = fc.constantFrom('a', 'b', null, undefined);
    await fc.assert(
      fc.asyncProperty(fc.array(answer, { minLength: 8, maxLength: 8 }), async (answers) => {
        const known = answers.filter((each) => each === 'a' || each === 'b');
        fc.pre(known.length > 0);
        const few = await new FewLabels<string>(FewOptions).fit(X, () => answers);
        expect(few.labelled.labels).toEqual(known);
        expect(few.classes).toEqual([...new Set(known)].sort());
        expect(await few.predict(X)).toHaveLength(40);
      }),
      { numRuns: 10 },
    );
  });
});
