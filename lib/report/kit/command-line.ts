import type { DataChoice } from '../../datasets/load-data.ts';

/** The name of a file or folder: a report may be passed on, and does not tell where things lie on this machine. */
export function baseName(path: string): string {
  return path
    .replace(/[\\/]+$/, '')
    .split(/[\\/]/)
    .at(-1)!;
}

/**
 * Options of a command by their names; `true` for one without a value, undefined for one that was not given, a list for
 * one that is given several times.
 */
export type OptionValues = Record<string, string | number | true | undefined | readonly string[]>;

/** How data of one's own was to be read. */
export function dataOptions(choice: DataChoice): OptionValues {
  const { format, array, header, columns, nameColumn, labelColumn, image, size, color, scale } = choice;
  const { skipUnreadable, followLinks } = choice;
  return {
    format,
    array,
    header: header === true || undefined,
    'no-header': header === false || undefined,
    columns: columns?.join(','),
    'name-column': nameColumn,
    'label-column': labelColumn,
    image: image === false ? 'none' : image && `${image.height}x${image.width}x${image.channels}`,
    size: size?.join('x'),
    color: color || undefined,
    'skip-unreadable': skipUnreadable || undefined,
    'follow-links': followLinks || undefined,
    scale,
  };
}

/** A command as a shell takes it. */
export function commandLine(words: readonly string[], options: OptionValues): string {
  const given = Object.entries(options).flatMap(([name, value]) => {
    if (value === undefined) return [];
    if (value === true) return [`--${name}`];
    return [value].flat().flatMap((each) => [`--${name}`, String(each)]);
  });
  return [...words, ...given].map(shellWord).join(' ');
}

/** A word as a shell takes it. */
function shellWord(word: string): string {
  return /^[\w./:=,@%+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
