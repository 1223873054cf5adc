import { HandfulError } from '../../core/errors.ts';
import { statPath } from '../../core/files.ts';
import { requireFetched } from '../lfs-pointer.ts';
import { openTableRows } from '../table-reader.ts';
import { openCsv } from './csv.ts';
import { csvLabels } from './csv-labels.ts';
import type { DataSource, FormatOptions } from './data-source.ts';
import { isIdx, openIdx, readIdxLabels } from './idx-rows.ts';
import { openImageFolder } from './image-folder.ts';
import { jsonLabels } from './json-labels.ts';
import { openJsonLines } from './json-lines.ts';
import { type LabelColumns, type LabelEntries, listEntries } from './label-entries.ts';
import { openNpy, readNpyLabels } from './npy.ts';
import { openNpz } from './npz.ts';
import { typedLabels } from './typed-labels.ts';

/** The kinds of files that data is read from. */
export const DATA_FORMATS = [
  'npy',
  'npz',
  'csv',
  'tsv',
  'jsonl',
  'idx',
  'parquet',
  'arrow',
  'images',
] as const;

/**
 * A kind of file that data is read from: `'images'` is a folder of them.
 * @useDeclaredType
 */
export type DataFormat = (typeof DATA_FORMATS)[number];

/** How files of one kind are known and read. */
interface Format {
  /** What messages call it. */
  title: string;
  /** How the names of its files end, after the dot, before a possible `.gz`. A folder has no ending. */
  endings: readonly string[];
  /** Whether it is a folder of files. */
  isFolder?: true;
  /** Whether a file whose ending says nothing is one of this kind. */
  recognizes?(path: string): Promise<boolean>;
  /** Opens a file of rows. */
  openRows(path: string, options: FormatOptions): Promise<DataSource>;
  /** Opens a file of labels; undefined if such files hold none. */
  openLabels?(path: string, columns: LabelColumns): Promise<LabelEntries>;
}

/** All that is known of each format: what it takes to add one is here. */
export const FORMATS: Readonly<Record<DataFormat, Format>> = {
  npy: {
    title: 'NPY',
    endings: ['npy'],
    openRows: openNpy,
    openLabels: async (path) => listEntries(path, await readNpyLabels(path)),
  },
  npz: { title: 'NPZ', endings: ['npz'], openRows: (path, { array }) => openNpz(path, array) },
  csv: {
    title: 'CSV',
    endings: ['csv'],
    openRows: (path, options) => openCsv(path, undefined, options),
    openLabels: (path, columns) => csvLabels(path, undefined, columns),
  },
  tsv: {
    title: 'TSV',
    endings: ['tsv', 'tab'],
    openRows: (path, options) => openCsv(path, '\t', options),
    openLabels: (path, columns) => csvLabels(path, '\t', columns),
  },
  jsonl: {
    title: 'JSON lines',
    endings: ['jsonl', 'ndjson'],
    openRows: openJsonLines,
    openLabels: jsonLabels,
  },
  idx: {
    title: 'IDX',
    endings: ['idx'],
    recognizes: isIdx,
    openRows: openIdx,
    openLabels: async (path) => listEntries(path, await readIdxLabels(path)),
  },
  parquet: {
    title: 'Parquet',
    endings: ['parquet'],
    openRows: (path, options) => openTableRows('parquet', path, options),
    openLabels: (path, columns) => typedLabels(path, 'parquet', columns),
  },
  arrow: {
    title: 'Arrow',
    endings: ['arrow', 'arrows', 'feather'],
    openRows: (path, options) => openTableRows('arrow', path, options),
    openLabels: (path, columns) => typedLabels(path, 'arrow', columns),
  },
  images: { title: 'images', endings: [], isFolder: true, openRows: openImageFolder },
};

/**
 * What a file or folder is, by its name or, where that says nothing, its first bytes.
 * @throws HandfulError `ERR_FILE`, `ERR_FILE_FORMAT`
 */
export async function formatOf(path: string): Promise<DataFormat> {
  const isFolder = (await statPath(path)).isDirectory();
  const ending = /\.([^.]+?)(\.gz)?$/i.exec(path)?.[1]?.toLowerCase() ?? '';
  for (const name of DATA_FORMATS) {
    const format = FORMATS[name];
    if (isFolder ? format.isFolder : format.endings.includes(ending)) return name;
  }
  for (const name of DATA_FORMATS) if (await FORMATS[name].recognizes?.(path)) return name;
  const endings = DATA_FORMATS.flatMap((name) => FORMATS[name].endings.map((each) => `.${each}`));
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `It can't be told what '${path}' is: expected a folder of images, or a file whose name ends in ` +
      `${listed(endings)}; or say its format (--format)`,
  );
}

/**
 * Opens a file of labels.
 * @throws HandfulError `ERR_FILE`; `ERR_FILE_FORMAT`, naming the line
 */
export async function openLabels(path: string, columns: LabelColumns): Promise<LabelEntries> {
  const { openLabels } = FORMATS[await formatOf(path)];
  await requireFetched(path);
  if (openLabels) return openLabels(path, columns);
  const titles = Object.values(FORMATS).flatMap((format) => (format.openLabels ? format.title : []));
  throw new HandfulError(
    'ERR_FILE_FORMAT',
    `'${path}' can't hold labels: expected a file of ${listed(titles)}`,
  );
}

/** `a, b or c`. */
function listed(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
