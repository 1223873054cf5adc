import { formatCount, formatShare } from '../../core/numbers.ts';
import type { ExperimentData } from '../../experiments/data.ts';
import type { ClusterMembers } from '../../semi-supervised/cluster-members.ts';
import { type Html, html } from '../kit/html.ts';
import { image, strip } from '../kit/image.ts';
import { pictureOfImage } from '../kit/picture.ts';

/** The rows that were labelled, each with what its cluster holds, sorted by class and then by size. */
export function clusterSheet(
  { train, classNames, image: geometry }: ExperimentData,
  members: readonly ClusterMembers[],
  clusters: Int32Array,
): Html {
  const picture = (row: number) => pictureOfImage(train.X, row, geometry!);
  const label = (row: number) => train.y[row]!;
  const shares = sharesLikeRepresentative(train.y, members, clusters);
  const end = (rows: Int32Array, what: string) =>
    rows.length > 0 &&
    html`<figure>${strip(Array.from(rows, picture), namesOf(rows, label, classNames))}<figcaption>${what}</figcaption></figure>`;
  const items = Array.from(members, (cluster, number) => ({ ...cluster, number }))
    .sort((a, b) => label(a.representative) - label(b.representative) || b.size - a.size)
    .map(
      ({ representative, size, nearest, farthest, number }) =>
        html`<li>${image(picture(representative), '', 2)}<div><b>${classNames[label(representative)]}</b>
training image ${representative}<br>${formatCount(size)} in its cluster, ${formatShare(shares[number]!, 0)} of them
of its class</div><div class="strips">${end(nearest, 'nearest')}${end(farthest, 'farthest')}</div></li>\n`,
    );
  return html`<ul class="clusters">${items}</ul>`;
}

function namesOf(rows: Int32Array, label: (row: number) => number, classNames: readonly string[]): string {
  return Array.from(rows, (row) => classNames[label(row)]).join(', ');
}

/** For each cluster the share of its rows that are of the class of the row that stands for it. */
function sharesLikeRepresentative(
  labels: ArrayLike<number>,
  members: readonly ClusterMembers[],
  clusters: Int32Array,
): number[] {
  const alike = new Int32Array(members.length);
  for (const [row, cluster] of clusters.entries()) {
    alike[cluster]! += Number(labels[row] === labels[members[cluster]!.representative]);
  }
  return members.map(({ size }, cluster) => alike[cluster]! / size);
}
