import { propagateToClusters } from '../../semi-supervised/propagation.ts';
import { notebookRowPerCluster } from '../notebook-row-per-cluster.ts';
import type { Strategy } from '../strategy.ts';
import { cluster, learnFromRaw, NEAREST_TO_CENTRES, ON_RAW, RAW } from './raw-rows.ts';

/** The notebook's third, done right: each label goes to its whole cluster. */
export const propagated: Strategy = propagatedBy(false);

/** The same with the notebook's mistake: many clusters get the label of another row than their representative. */
export const propagatedByMistake: Strategy = propagatedBy(true);

function propagatedBy(mistake: boolean): Strategy {
  return {
    name: 'propagated',
    rows: mistake ? 'that the notebook notes under each cluster by mistake' : NEAREST_TO_CENTRES,
    features: RAW,
    learner: `${ON_RAW}, of all rows with their cluster's label`,
    settings: mistake ? { mistake } : {},
    run: async (budget, context) => {
      const { train, control, watch, ask } = context;
      const clusters = await cluster(budget, context);
      const { ofRows, centers, representatives } = clusters;
      const labels = await watch.time('propagation', async () => {
        const noted = mistake
          ? await notebookRowPerCluster(train, ofRows, centers, control)
          : representatives;
        // A cluster that no row is noted under is left to its representative.
        const rows = noted.map((row, number) => (row < 0 ? representatives[number]! : row));
        return propagateToClusters(ofRows, ask(rows));
      });
      const trainedOn = { rows: Int32Array.from(labels.keys()), labels };
      return { ...(await learnFromRaw(trainedOn, context)), clusters };
    },
  };
}
