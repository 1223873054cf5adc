// How the fuzzer calls every public function that takes labels but no matrix, and what must be true of an answer.

import fc from 'fast-check';
import * as handful from '../../lib/index.ts';
import { type Property, require, settlesOrRefuses } from './answers.ts';
import { anyValue, seldom } from './arbitraries.ts';
import { only } from './calls.ts';

type Labels = number[];
type Call = (truth: Labels, others: Labels, given: Record<string, unknown>, odd: unknown) => unknown;

const isShare = ({ low, high }: { low: number; high: number }, value: number) =>
  low >= 0 && low <= value && value <= high && high <= 1;

const isNumbers = (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'number');

/** Six rows in two clusters, the first of each its representative. */
const CLUSTERS = Int32Array.of(0, 1, 0, 1, 1, 0);

const CALLS: Record<string, Call> = {
  accuracyScore(truth, others) {
    const { value, low, high } = handful.accuracyScore(truth, others);
    const right = truth.filter((label, row) => label === others[row]).length;
    require(value === right / truth.length && isShare({ low, high }, value), 'the accuracy');
  },

  confusionMatrix(truth, others, given, odd) {
    const options = (odd ?? only(given, 'labels')) as object;
    const { labels, counts } = handful.confusionMatrix(truth, others, options);
    require(counts.length === labels.length ** 2, 'the shape of the counts');
    require(counts.reduce((sum, count) => sum + count, 0) <= truth.length, 'the sum of the counts');
  },

  classificationReport(truth, others, given, odd) {
    const options = (odd ?? only(given, 'labels', 'randomState')) as object;
    const { accuracy, classes, macroF1 } = handful.classificationReport(truth, others, options);
    require(isShare(accuracy, accuracy.value) && isShare(macroF1, macroF1.value), 'the intervals');
    require(classes.reduce((sum, { support }) => sum + support, 0) <= truth.length, 'the rows of classes');
  },

  calibrationCurve(truth, others, given, odd) {
    const options = (odd ?? only(given, 'nBins', 'strategy', 'randomState')) as object;
    const data = isNumbers(others) && Float32Array.from(others.flatMap((n) => [n / 4, 1 - n / 4]));
    const probabilities = data ? { data, shape: [others.length, 2] as const } : (others as never);
    const classes = [0, 1];
    const { bins, expectedCalibrationError } = handful.calibrationCurve(
      truth,
      probabilities,
      classes,
      options,
    );
    require(bins.reduce((sum, { count }) => sum + count, 0) === truth.length, 'the rows of bins');
    require(isShare({ low: 0, high: 1 }, expectedCalibrationError.value), 'the calibration error');
  },

  propagateToClusters(truth, others) {
    const labels = handful.propagateToClusters(truth, others);
    require(labels.every((label, row) => label === others[truth[row]!]), 'a label');
  },

  async auditClusters(truth, others, given, odd) {
    const options = (odd ?? only(given, 'membersPerCluster', 'minPurity', 'randomState')) as object;
    const representatives = { rows: Int32Array.of(0, 1), labels: others };
    const annotator = (rows: Int32Array) => (isNumbers(truth) ? truth.slice(0, rows.length) : truth);
    const audit = await handful.auditClusters(CLUSTERS, representatives, annotator, options);
    for (const { rows, asked, agreed, purity } of audit.clusters) {
      require(agreed <= asked && asked <= rows && isShare(purity, purity.value), 'a cluster');
    }
    require(audit.asked.rows.every((row) => row > 1), 'a row asked about');
    require(isShare(audit.labelAccuracy, audit.labelAccuracy.value), 'the accuracy of labels');
    const { rows, labels } = handful.propagateAudited(CLUSTERS, representatives, audit);
    require(rows.length === labels.length && new Set(rows).size === rows.length, 'labels of rows');
  },

  propagateAudited(truth, others, _, odd) {
    const representatives = { rows: Int32Array.of(0, 1), labels: others };
    handful.propagateAudited(truth, representatives, (odd ?? { clusters: [{ mixed: true }] }) as never);
  },
};

const oddLabels = fc.oneof(
  fc.constantFrom<unknown>([], ['a', 'b'], ['a', 1], [0.5, 1], [-1, 2 ** 53], [Number.NaN], 'ab'),
  anyValue,
);

/** For two to six rows what they are, and for as many things another label. */
const anyLabels = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })), {
    minLength: 2,
    maxLength: 6,
  })
  .chain((pairs) =>
    fc.record({
      truth: seldom(oddLabels).map((odd) => odd ?? pairs.map(([label]) => label)),
      others: seldom(oddLabels).map((odd) => odd ?? pairs.map(([, label]) => label)),
    }),
  );

const anyOptions = fc.record(
  {
    labels: fc.constantFrom<unknown>([0, 1, 2], [2, 0, 1], [0, 1], [1, 1], ['a', 'b'], null),
    nBins: fc.constantFrom<unknown>(1, 3, 10, 0, 1e9, 2 ** 53 - 1, '1'),
    strategy: fc.constantFrom('uniform', 'quantile', 'other'),
    randomState: fc.constantFrom<unknown>(0, 1, 2, -1, 2 ** 32, 'seed'),
    membersPerCluster: fc.constantFrom<unknown>(1, 2, 0, 1e9),
    minPurity: fc.constantFrom<unknown>(0, 0.6, 1, 2, '1'),
  },
  { requiredKeys: [] },
);

export const LABEL_PROPERTIES: Record<string, Property> = {
  'any labels and any options, for everything that takes no rows': {
    share: 10,
    property: fc.asyncProperty(
      fc.constantFrom(...Object.keys(CALLS)),
      anyLabels,
      anyOptions,
      seldom(anyValue),
      async (name, { truth, others }, given, odd) =>
        settlesOrRefuses(async () => CALLS[name]!(truth as Labels, others as Labels, given, odd)),
    ),
  },
};
