import type { DatasetRecord, ExperimentRecord } from '../../experiments/record.ts';
import { formatCount, formatSeconds, formatSize } from '../../numbers.ts';

/** Characters in a line of prose. */
const WIDTH = 100;

/**
 * Results as text: under what they were found on and with, above what to know about them; and at both ends what the
 * data must not be taken for.
 * @param parts of the results, tables for instance, in lines of their own
 * @param notes in prose
 */
export function formatReport(
  record: ExperimentRecord,
  parts: readonly string[],
  notes: readonly string[],
): string {
  const { dataset, backend, totalSeconds, peakMemoryBytes, manifest } = record;
  const threads = `${backend.threads} ${backend.threads === 1 ? 'thread' : 'threads'}`;
  const heading = [
    `${dataset.name}: ${formatCount(dataset.trainRows)} training and ${formatCount(dataset.testRows)} test ` +
      describeRows(dataset),
    `${backend.backend} backend, instruction set ${backend.instructionSet}, ${threads}, ` +
      `node ${manifest.versions.node}, handful ${manifest.versions.handful}`,
  ].join('\n');
  return [
    ...formatNotice(dataset),
    heading,
    ...parts,
    `total ${formatSeconds(totalSeconds)}, peak memory ${formatSize(peakMemoryBytes)}`,
    ...notes.map(wrap),
    ...formatNotice(dataset),
  ].join('\n\n');
}

/** The dataset's notice in a frame. */
function formatNotice({ notice }: DatasetRecord): string[] {
  if (notice === undefined) return [];
  const frame = '!'.repeat(WIDTH);
  return [[frame, wrap(notice), frame].join('\n')];
}

/** A text in lines of limited width. */
function wrap(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= WIDTH)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines.join('\n');
}

/** `images of 28 x 28 pixels`, `rows of 12 numbers`. */
function describeRows({ columns, image }: DatasetRecord): string {
  return image
    ? `images of ${image.height} x ${image.width} pixels`
    : `rows of ${formatCount(columns)} ${columns === 1 ? 'number' : 'numbers'}`;
}
