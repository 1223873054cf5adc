import { controlOptions } from '../backend/run.ts';
import { type ClassLabel, checkLabels } from '../core/class-labels.ts';
import { betaQuantile } from '../core/distributions.ts';
import { HandfulError, invalidArgument, throwIfAborted } from '../core/errors.ts';
import { requireArray } from '../core/inputs.ts';
import { integer, number, parseOptions, rowNumbers } from '../core/options.ts';
import { asRandomState, type RandomState } from '../core/random-state.ts';
import { randomStateOption } from '../core/random-state-option.ts';
import { type Estimate, TAIL, tQuantile } from '../core/statistics.ts';
import { inTurn } from '../estimators/random-turn.ts';
import { type Annotator, ask, knownOf } from './annotator.ts';
import { clusterNumbers, type LabelledRows } from './propagation.ts';

export interface AuditClustersOptions {
  /** Second members to ask about in each cluster, all of them where it has no more: 1 or more. Default 1. */
  membersPerCluster?: number;
  /** A cluster whose purity is estimated below this is held to be mixed: 0 … 1. Default 0.6. */
  minPurity?: number;
  /** A seed or a stream for the draw of members. Default: neither. */
  randomState?: number | RandomState;
  /** Aborting it rejects the promise with an `AbortError`, once the annotator has answered if it was asked. */
  signal?: AbortSignal;
}

/** What an audit found out about one cluster. */
export interface AuditedCluster {
  /** Its rows that are not representatives: those that a propagated label would go to. */
  rows: number;
  /** How many of them were asked about. */
  asked: number;
  /** How many of these bear the label of the cluster's representative. */
  agreed: number;
  /** The share of `rows` that does. */
  purity: Estimate;
  /** Whether the purity is estimated below `minPurity`. */
  mixed: boolean;
}

/** What a few second labels tell about a clustering. */
export interface ClusterAudit<Label extends ClassLabel> {
  clusters: AuditedCluster[];
  /** The second members asked about, those of the first cluster first, and their labels: what the audit cost. */
  asked: LabelledRows<Label>;
  /** The share of right labels to expect where every row gets its cluster's label. */
  labelAccuracy: Estimate;
}

/**
 * Asks about a few more members of each cluster, drawn at random, and estimates from the answers how much of the
 * cluster bears the label of its representative.
 *
 * The estimate and the interval of a cluster are the mean and the equal-tailed quantiles of Beta(agreed + 1/2,
 * asked - agreed + 1/2): Jeffreys' interval, one of the two that Brown, Cai & DasGupta (2001, "Interval Estimation
 * for a Binomial Proportion") find right for few answers. A cluster of which every row was asked about is known.
 * @param clusters for each row the number of its cluster, as a clusterer's `labels`
 * @param representatives for each cluster a row and its label
 * @param annotator is asked once, about rows that are no representatives, none of them twice; a row that it does not
 *   know counts as not asked about, and a cluster of which it knows none has a purity of 0.5, from 0 to 1
 * @throws HandfulError `ERR_INVALID_ARGUMENT`; AbortError; whatever `annotator` throws
 */
export async function auditClusters<Label extends ClassLabel>(
  clusters: ArrayLike<number>,
  representatives: LabelledRows<Label>,
  annotator: Annotator<Label>,
  options?: AuditClustersOptions,
): Promise<ClusterAudit<Label>> {
  const { membersPerCluster, minPurity, randomState, signal } = parseOptions<AuditClustersOptions>(
    options,
    {
      membersPerCluster: { check: integer(1), default: 1 },
      minPurity: { check: number(0, 1), default: 0.6 },
      randomState: randomStateOption,
      signal: controlOptions.signal,
    },
    'auditClusters',
  );
  if (typeof annotator !== 'function') throw invalidArgument('annotator', 'a function', annotator);
  const others = otherMembers(clusters, representatives);
  const drawn = await inTurn(asRandomState(randomState), { signal }, (random) =>
    others.map((members) => {
      const places = random.permutation(members.length).subarray(0, membersPerCluster);
      return Array.from(places, (place) => members[place]!);
    }),
  );
  const rows = Int32Array.from(drawn.flat());
  throwIfAborted(signal);
  const labels = await ask(annotator, rows);
  throwIfAborted(signal);

  let first = 0;
  const audited = drawn.map(({ length }, cluster) => {
    const own = labels.slice(first, first + length).filter((label) => label !== null);
    first += length;
    const agreed = own.filter((label) => label === representatives.labels[cluster]).length;
    const purity = estimatePurity(others[cluster]!.length, own.length, agreed);
    return {
      rows: others[cluster]!.length,
      asked: own.length,
      agreed,
      purity,
      mixed: purity.value < minPurity!,
    };
  });
  return { clusters: audited, asked: knownOf(rows, labels), labelAccuracy: estimateLabelAccuracy(audited) };
}

/**
 * What may be learned from after an audit: every row asked about with its own label, and the other rows of clusters
 * that are not mixed with the label of their representative.
 * @param clusters for each row the number of its cluster
 * @param representatives for each cluster a row and its label
 * @param audit what {@link auditClusters} made of the same
 * @returns the rows in ascending order
 * @throws HandfulError `ERR_INVALID_ARGUMENT`
 */
export function propagateAudited<Label extends ClassLabel>(
  clusters: ArrayLike<number>,
  representatives: LabelledRows<Label>,
  audit: ClusterAudit<Label>,
): LabelledRows<Label> {
  requireArray(clusters, 'clusters');
  const nClusters = checkRepresentatives(representatives, clusters.length);
  const numbers = clusterNumbers(clusters, nClusters);
  checkAudit(audit, nClusters, clusters.length);
  const labels = new Map<number, Label>();
  for (const [row, cluster] of numbers.entries()) {
    if (!audit.clusters[cluster]!.mixed) labels.set(row, representatives.labels[cluster]!);
  }
  for (const known of [representatives, audit.asked]) {
    for (const [i, row] of known.rows.entries()) labels.set(row, known.labels[i]!);
  }
  const rows = Int32Array.from(labels.keys()).sort();
  return { rows, labels: Array.from(rows, (row) => labels.get(row)!) };
}

/** Checks that every representative has a label; how many there are. */
function checkRepresentatives(representatives: LabelledRows<ClassLabel>, allRows: number): number {
  const { rows, labels } = representatives ?? {};
  if (rowNumbers(rows, 'representatives.rows', allRows).length === 0) {
    throw new HandfulError('ERR_INVALID_ARGUMENT', 'Expected at least one row in representatives.rows');
  }
  checkLabels(labels, 'representatives.labels', rows.length);
  return rows.length;
}

/** Checks that an audit tells of every cluster, and of rows that there are. */
function checkAudit(audit: ClusterAudit<ClassLabel>, nClusters: number, allRows: number): void {
  const isAudit =
    Array.isArray(audit?.clusters) && audit.clusters.every((cluster) => typeof cluster?.mixed === 'boolean');
  if (!isAudit || audit.clusters.length !== nClusters) {
    throw invalidArgument('audit', `what auditClusters found of ${nClusters} clusters`, audit);
  }
  rowNumbers(audit.asked?.rows, 'audit.asked.rows', allRows);
  checkLabels(audit.asked.labels, 'audit.asked.labels', audit.asked.rows.length);
}

/** For each cluster its rows that are no representatives, not even another cluster's. */
function otherMembers(clusters: ArrayLike<number>, representatives: LabelledRows<ClassLabel>): number[][] {
  requireArray(clusters, 'clusters');
  const nClusters = checkRepresentatives(representatives, clusters.length);
  const known = new Set(representatives.rows);
  const members = Array.from({ length: nClusters }, (): number[] => []);
  for (const [row, cluster] of clusterNumbers(clusters, nClusters).entries()) {
    if (!known.has(row)) members[cluster]!.push(row);
  }
  return members;
}

function estimatePurity(rows: number, asked: number, agreed: number): Estimate {
  if (asked === rows) {
    const share = rows === 0 ? 1 : agreed / rows;
    return { value: share, low: share, high: share };
  }
  const [a, b] = [agreed + 0.5, asked - agreed + 0.5];
  return {
    value: a / (a + b),
    low: agreed === 0 ? 0 : betaQuantile(TAIL, a, b),
    high: agreed === asked ? 1 : betaQuantile(1 - TAIL, a, b),
  };
}

/**
 * The clusters' shares of agreement, weighted by their rows. Their spread about the mean, which holds that between
 * the clusters beside that of the draw, makes the interval too wide rather than too narrow: one answer a cluster
 * can't tell the two apart.
 */
function estimateLabelAccuracy(audited: readonly AuditedCluster[]): Estimate {
  const asked = audited.filter((cluster) => cluster.asked > 0);
  const [only] = asked;
  const rowsOf = (some: readonly AuditedCluster[]) => some.reduce((sum, cluster) => sum + cluster.rows, 0);
  if (only === undefined) return estimatePurity(rowsOf(audited), 0, 0);
  if (asked.length === 1) return only.purity;
  const rows = rowsOf(asked);
  const parts = asked.map((cluster) => ({
    weight: cluster.rows / rows,
    share: cluster.agreed / cluster.asked,
  }));
  const value = parts.reduce((sum, { weight, share }) => sum + weight * share, 0);
  const spread = parts.reduce((sum, { weight, share }) => sum + (weight * (share - value)) ** 2, 0);
  const deviation = Math.sqrt((spread * asked.length) / (asked.length - 1));
  const reach = tQuantile(asked.length - 1) * deviation;
  return { value, low: Math.max(0, value - reach), high: Math.min(1, value + reach) };
}
