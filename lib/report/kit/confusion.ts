import { formatCount } from '../../core/numbers.ts';
import type { Gallery, GalleryEntry } from './document.ts';
import { type Html, html } from './html.ts';
import { image } from './image.ts';
import { type Picture, thumbnail } from './picture.ts';

/** Rows, what they are, and what they were taken for. */
export interface Answers {
  classNames: readonly string[];
  /** For each row the number of its class. */
  truth: ArrayLike<number>;
  /** For each row the number of the class that it was taken for. */
  predicted: ArrayLike<number>;
  /** What a row is called. */
  nameOf: (row: number) => string;
  /** What it shows; undefined if rows are no images. */
  pictureOf?: (row: number) => Picture;
}

/** The confusions that are shown at length, and rows of each. */
const SHOWN_CONFUSIONS = 6;
const SHOWN_ROWS = 14;

/** Cells of a matrix of more classes than these are small, and have no images. */
const ROOMY_CLASSES = 14;

/** Pixels that an image in a cell is long. */
const CELL_SIDE = 28;

interface Confusion {
  truth: number;
  predicted: number;
  rows: number[];
}

/** Which classes are taken for which, with an image of each case. */
export function confusionMatrix(answers: Answers, title: string): Html {
  const { classNames } = answers;
  const cells = confusions(answers);
  const sizes = sizesOf(answers);
  const roomy = classNames.length <= ROOMY_CLASSES;
  const rows = classNames.map(
    (name, truth) =>
      html`<tr><th scope="row">${name}</th>${classNames.map((_, predicted) =>
        matrixCell(cells.get(truth * classNames.length + predicted), sizes[truth]!, answers, roomy),
      )}</tr>\n`,
  );
  const kind = roomy && answers.pictureOf ? 'confusion pictured' : 'confusion';
  return html`<div class="scroll" role="region" aria-label="Confusion matrix of ${title}" tabindex="0">
<table class="${kind}"><caption>Rows: what they are. Columns: what they are taken for.</caption>
<thead><tr><td></td>${classNames.map((name) => html`<th scope="col"><span>${name}</span></th>`)}</tr></thead>
<tbody>${rows}</tbody></table></div>`;
}

function matrixCell(
  cell: Confusion | undefined,
  size: number,
  { classNames, nameOf, pictureOf }: Answers,
  roomy: boolean,
): Html {
  if (!cell) return html`<td aria-label="none"></td>`;
  const { truth, predicted, rows } = cell;
  const [first] = rows as [number];
  const what =
    truth === predicted
      ? `${classNames[truth]} named right`
      : `${classNames[truth]} taken for ${classNames[predicted]}`;
  const picture = roomy && pictureOf ? image(thumbnail(pictureOf(first), CELL_SIDE), '') : undefined;
  const hover = `${what}: ${formatCount(rows.length)} of ${formatCount(size)}${picture ? `; shown is ${nameOf(first)}` : ''}`;
  const kind = truth === predicted ? html` class="right"` : undefined;
  const share = (rows.length / size).toFixed(3);
  return html`<td${kind} style="--share:${share}" title="${hover}">${picture}${formatCount(rows.length)}</td>`;
}

/** The most frequent mistakes, with some rows of each. */
export function confusionExamples(answers: Answers): Gallery {
  const mistakes = [...confusions(answers).values()]
    .filter(({ truth, predicted }) => truth !== predicted)
    .sort((a, b) => b.rows.length - a.rows.length);
  return {
    kind: 'gallery',
    entries: mistakes.slice(0, SHOWN_CONFUSIONS).map((cell) => example(cell, answers)),
  };
}

function example(
  { truth, predicted, rows }: Confusion,
  { classNames, nameOf, pictureOf }: Answers,
): GalleryEntry {
  const items = rows
    .slice(0, SHOWN_ROWS)
    .map((row) => ({ name: nameOf(row), ...(pictureOf && { picture: pictureOf(row) }) }));
  const more = !pictureOf && rows.length > items.length ? [{ name: '…' }] : [];
  return {
    title: `${classNames[truth]} taken for ${classNames[predicted]}: ${formatCount(rows.length)}`,
    rows: [{ items: [...items, ...more] }],
  };
}

/** The rows of each pair of classes that occurs, under truth x classes + predicted. */
function confusions({ classNames, truth, predicted }: Answers): Map<number, Confusion> {
  const cells = new Map<number, Confusion>();
  for (let row = 0; row < truth.length; row++) {
    const key = truth[row]! * classNames.length + predicted[row]!;
    const cell = cells.get(key) ?? { truth: truth[row]!, predicted: predicted[row]!, rows: [] };
    cell.rows.push(row);
    cells.set(key, cell);
  }
  return cells;
}

/** Rows of each class. */
function sizesOf({ classNames, truth }: Answers): Int32Array {
  const sizes = new Int32Array(classNames.length);
  for (let row = 0; row < truth.length; row++) sizes[truth[row]!]!++;
  return sizes;
}
