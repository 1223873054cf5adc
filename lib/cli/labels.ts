import type { LoadedData } from '../datasets/load-data.ts';
import { loadLabels, type RowLabels } from '../datasets/load-labels.ts';
import { HandfulError } from '../errors.ts';

/**
 * The labels of the rows of some data: those of a file, or else of the data's own column of labels.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` where there are none
 */
export async function chosenLabels(file: string | undefined, data: LoadedData): Promise<RowLabels> {
  const labels = file === undefined ? ownLabels(data) : await loadLabels(file, data.names);
  if (labels.rows.length > 0) return labels;
  throw new HandfulError(
    'ERR_INVALID_ARGUMENT',
    file === undefined
      ? `Expected --labels FILE, for '${data.source.path}' has no labels of its own`
      : `Expected labels in '${file}' but it has none yet`,
  );
}

function ownLabels({ labels = [] }: LoadedData): RowLabels {
  const rows = Int32Array.from(labels.keys()).filter((row) => labels[row] !== '');
  return { rows, labels: Array.from(rows, (row) => labels[row]!), notices: [] };
}
