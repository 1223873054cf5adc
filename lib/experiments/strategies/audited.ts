import { auditClusters, propagateAudited } from '../../semi-supervised/cluster-audit.ts';
import { propagateToClusters } from '../../semi-supervised/propagation.ts';
import type { Strategy } from '../strategy.ts';
import { cluster, learnFromRaw, ON_RAW, RAW } from './raw-rows.ts';

/** Second members asked about in each cluster: half of the budget then audits the other half. */
const MEMBERS_PER_CLUSTER = 1;

/** With one answer a cluster this means to abstain wherever it disagrees with the representative. */
const MIN_PURITY = 0.6;

/** `propagated` with half as many clusters: the other half of the labels shows which of them are mixed. */
export const audited: Strategy = {
  name: 'audited',
  rows: 'half nearest to the centres of mini-batch k-means, half drawn from these clusters',
  features: RAW,
  learner: `${ON_RAW}, of the rows of clusters whose two labels agree, with that label`,
  settings: { membersPerCluster: MEMBERS_PER_CLUSTER, minPurity: MIN_PURITY },
  run: async (budget, context) => {
    const nClusters = Math.floor(budget / (1 + MEMBERS_PER_CLUSTER));
    const clusters = await cluster(nClusters, context);
    const { ofRows, representatives } = clusters;
    const labelled = { rows: representatives, labels: context.ask(representatives) };
    const audit = await auditClusters(ofRows, labelled, context.ask, {
      membersPerCluster: MEMBERS_PER_CLUSTER,
      minPurity: MIN_PURITY,
      randomState: context.seed,
    });
    const labels = propagateToClusters(ofRows, labelled.labels);
    const rows = Int32Array.from(labels.keys());
    const kept = rows.filter((row) => !audit.clusters[ofRows[row]!]!.mixed);
    return {
      ...(await learnFromRaw(propagateAudited(ofRows, labelled, audit), context)),
      clusters,
      audit: {
        clusters: nClusters,
        nLabels: audit.asked.rows.length,
        abstained: audit.clusters.filter(({ mixed }) => mixed).length,
        expected: audit.labelAccuracy,
        all: { rows, labels },
        kept: { rows: kept, labels: Array.from(kept, (row) => labels[row]!) },
      },
    };
  },
};
