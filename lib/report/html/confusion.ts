import type { Dataset } from '../../datasets/dataset.ts';
import { pictureOfRow } from '../picture.ts';
import { formatCount } from '../table.ts';
import { type Html, html } from './html.ts';
import { image, strip } from './image.ts';

/** The confusions that are shown at length, and images of each. */
const SHOWN_CONFUSIONS = 6;
const SHOWN_IMAGES = 14;

interface Confusion {
  truth: number;
  predicted: number;
  rows: number[];
}

/** Which classes are taken for which: a table with an image of each case, and the most frequent mistakes at length. */
export function confusionMatrix(dataset: Dataset, predicted: readonly number[], title: string): Html {
  const { classNames, test, imageShape } = dataset;
  const cells = confusions(test.labels, predicted, classNames.length);
  const picture = (row: number) => pictureOfRow(test.images, row, imageShape);
  const rows = classNames.map((name, truth) => {
    const ofClass = cells.slice(truth * classNames.length, (truth + 1) * classNames.length);
    const size = ofClass.reduce((sum, cell) => sum + cell.rows.length, 0);
    return html`<tr><th scope="row">${name}</th>${ofClass.map((cell) =>
      matrixCell(cell, size, classNames, picture),
    )}</tr>\n`;
  });
  const mistakes = cells
    .filter((cell) => cell.truth !== cell.predicted && cell.rows.length > 0)
    .sort((a, b) => b.rows.length - a.rows.length)
    .slice(0, SHOWN_CONFUSIONS);
  return html`<div class="scroll" role="region" aria-label="Confusion matrix of ${title}" tabindex="0">
<table class="confusion"><caption>Rows: what test images show. Columns: what they are taken for.</caption>
<thead><tr><td></td>${classNames.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>
<dl class="examples">${mistakes.map((cell) => example(cell, classNames, picture))}</dl>`;
}

type PictureOf = (row: number) => ReturnType<typeof pictureOfRow>;

function matrixCell(
  { truth, predicted, rows }: Confusion,
  size: number,
  classNames: readonly string[],
  picture: PictureOf,
): Html {
  if (rows.length === 0) return html`<td aria-label="none"></td>`;
  const [first] = rows as [number];
  const what =
    truth === predicted
      ? `${classNames[truth]} named right`
      : `${classNames[truth]} taken for ${classNames[predicted]}`;
  const hover = `${what}: ${formatCount(rows.length)} of ${formatCount(size)}; shown is test image ${first}`;
  const kind = truth === predicted ? html` class="right"` : undefined;
  const share = (rows.length / size).toFixed(3);
  return html`<td${kind} style="--share:${share}" title="${hover}">${image(picture(first), '')}${formatCount(rows.length)}</td>`;
}

function example(
  { truth, predicted, rows }: Confusion,
  classNames: readonly string[],
  picture: PictureOf,
): Html {
  const shown = rows.slice(0, SHOWN_IMAGES);
  return html`<dt>${classNames[truth]} taken for ${classNames[predicted]}: ${formatCount(rows.length)}</dt>
<dd tabindex="0">${strip(shown.map(picture), `test images ${shown.join(', ')}`)}</dd>`;
}

/** For each true class and each that it may be taken for, row by row, the test rows. */
function confusions(truth: Uint8Array, predicted: readonly number[], nClasses: number): Confusion[] {
  const cells = Array.from(
    { length: nClasses * nClasses },
    (_, i): Confusion => ({ truth: Math.floor(i / nClasses), predicted: i % nClasses, rows: [] }),
  );
  for (const [row, label] of predicted.entries()) cells[truth[row]! * nClasses + label]!.rows.push(row);
  return cells;
}
