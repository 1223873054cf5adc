import { auditClusters, propagateAudited } from '../../semi-supervised/cluster-audit.ts';
import { propagateToClusters } from '../../semi-supervised/propagation.ts';
import type { Recipe } from '../recipe.ts';
import { labelClusters, learnFromPixels, ON_PIXELS, PIXELS } from './pixels.ts';

/** Second members asked about in each cluster: half of the budget then audits the other half. */
const MEMBERS_PER_CLUSTER = 1;

/** With one answer a cluster this means to abstain wherever it disagrees with the representative. */
const MIN_PURITY = 0.6;

/** `propagated` with half as many clusters: the other half of the labels tells which of them are mixed. */
export const audited: Recipe = {
  name: 'audited',
  rows: 'half nearest to the centres of mini-batch k-means, half drawn from these clusters',
  features: PIXELS,
  learner: `${ON_PIXELS}, of the rows of clusters whose two labels agree, with that label`,
  settings: { membersPerCluster: MEMBERS_PER_CLUSTER, minPurity: MIN_PURITY },
  run: async (budget, bench) => {
    const nClusters = Math.floor(budget / (1 + MEMBERS_PER_CLUSTER));
    const { clusters, representatives } = await labelClusters(nClusters, bench);
    const audit = await auditClusters(clusters, representatives, bench.ask, {
      membersPerCluster: MEMBERS_PER_CLUSTER,
      minPurity: MIN_PURITY,
      randomState: bench.seed,
    });
    const labels = propagateToClusters(clusters, representatives.labels);
    const rows = Int32Array.from(labels.keys());
    const kept = rows.filter((row) => !audit.clusters[clusters[row]!]!.mixed);
    return {
      ...(await learnFromPixels(propagateAudited(clusters, representatives, audit), bench)),
      audit: {
        clusters: nClusters,
        labels: audit.asked.rows.length,
        abstained: audit.clusters.filter(({ mixed }) => mixed).length,
        expected: audit.labelAccuracy,
        all: { rows, labels },
        kept: { rows: kept, labels: Array.from(kept, (row) => labels[row]!) },
      },
    };
  },
};
