import { HandfulError } from '../../core/errors.ts';
import type { DataSource, FormatOptions, RowChunk } from './data-source.ts';
import { textOfNumber } from './number-text.ts';
import { ColumnNames, planTable, RowCollector, textOf } from './table-rows.ts';

/** A column of a table whose file states types. */
export interface TypedColumn {
  key: string;
  /** What its values are, if they are no numbers and no lists of them: `'dates'`, for instance. */
  other?: string;
  /** Bytes of a floating-point number as it is stored. */
  width?: 2 | 4 | 8;
  /** A value in a form that means the same in every format; the value itself if left out. */
  convert?(value: unknown): unknown;
}

/** What a table with types is read through. */
export interface TypedTable {
  format: 'parquet' | 'arrow';
  path: string;
  columns: readonly TypedColumn[];
  /** Rows, if the file states them. */
  rows?: number;
  /** The type of a column's numbers, as the file calls it. */
  typeOf(place: number): string;
  /** What pandas wrote of the table, as JSON. */
  pandas?: string | null;
  first: readonly unknown[];
  /** All rows, some at a time. To be called once. */
  read(): AsyncIterable<Iterable<readonly unknown[]>>;
}

/** The source of a table's rows: names and labels as text, the index of pandas left out. */
export function sourceOfTable(table: TypedTable, options: FormatOptions): DataSource {
  const { path, columns, rows } = table;
  const keys = columns.map(({ key }) => key);
  const index = options.columns ? [] : indexColumns(pandasIndex(table.pandas), keys);
  const layout = planTable(keys, convertRow(columns, table.first), options, `'${path}'`, index);
  for (const { place } of layout.features) {
    const { key, other } = columns[place]!;
    if (other === undefined) continue;
    throw new HandfulError(
      'ERR_FILE_FORMAT',
      `'${path}': the column '${key}' holds ${other}, not numbers: list the columns to learn from (columns, --columns)`,
    );
  }
  const texts = [layout.namePlace, layout.labelPlace];
  const left = index.filter((key) => !texts.includes(keys.indexOf(key)));
  return {
    type: table.typeOf(layout.features[0]!.place),
    shape: [rows, layout.columns],
    columns: layout.columns,
    columnNames: layout.columnNames,
    notices: left.map(
      (key) =>
        `The column '${key}' of '${path}' is the index of a pandas table and is left out: list it in columns to use it`,
    ),
    chunks,
  };

  async function* chunks(atATime: number): AsyncGenerator<RowChunk> {
    const collector = new RowCollector(layout, atATime);
    let row = 0;
    for await (const batch of table.read()) {
      for (const raw of batch) {
        const values = convertRow(columns, raw);
        for (const place of texts) if (place >= 0) values[place] = spelled(values[place], columns[place]!);
        collector.add(values, `'${path}', row ${row++}`);
        if (collector.isFull) yield collector.take();
      }
    }
    if (!collector.isEmpty) yield collector.take();
  }
}

/** The columns of a table that texts are read of, and how many of them there are. */
export interface TextColumns {
  /** What all columns of the table are called. */
  keys: string[];
  /** For each that is looked for the place of the first that is there; -1 if none is. */
  places: number[];
  /** The name of the column that holds the index of pandas, or of its first level; undefined if none does. */
  index: string | undefined;
  /** Whether that column holds numbers, in the first row. */
  isNumbered: boolean;
  /** The index of pandas that counts, if not simply from 0 on: then it is in no column. */
  range: { start: number; step: number } | undefined;
  /** What a person should know of how the file is read. */
  notices?: string[];
}

/** The texts of a row in the columns that are looked for, and last in that of the index; undefined for no column. */
export type RowTexts = (string | undefined)[];

/** Rows of texts that are read at a time. */
const TEXT_ROWS = 1000;

/**
 * The texts of some columns, of a table that need not hold numbers.
 * @param wanted names of columns: of each list the first that is there is read
 */
export function textsOfTable(
  table: TypedTable,
  wanted: readonly (readonly string[])[],
): { head: TextColumns; chunks(): AsyncGenerator<RowTexts[]> } {
  const { path, columns } = table;
  const keys = columns.map(({ key }) => key);
  const names = new ColumnNames(keys);
  const places = wanted.map((each) => names.findFirst(each));
  const pandas = pandasIndex(table.pandas);
  const [index] = indexColumns(pandas, keys);
  const indexPlace = index === undefined ? -1 : keys.indexOf(index);
  const read = [...places, indexPlace];
  return {
    head: {
      ...{ keys, places, index, range: rangeOf(pandas) },
      isNumbered: ['number', 'bigint'].includes(typeof convertRow(columns, table.first)[indexPlace]),
    },
    chunks,
  };

  async function* chunks(): AsyncGenerator<RowTexts[]> {
    let texts: RowTexts[] = [];
    let row = 0;
    for await (const batch of table.read()) {
      for (const raw of batch) {
        const where = `'${path}', row ${row++}`;
        texts.push(
          read.map((place) => {
            if (place < 0) return undefined;
            const column = columns[place]!;
            return textOf(spelled(convertValue(column, raw[place]), column), `'${column.key}'`, where);
          }),
        );
        if (texts.length < TEXT_ROWS) continue;
        yield texts;
        texts = [];
      }
    }
    if (texts.length > 0) yield texts;
  }
}

function convertRow(columns: readonly TypedColumn[], values: readonly unknown[]): unknown[] {
  return columns.map((column, place) => convertValue(column, values[place]));
}

function convertValue({ convert }: TypedColumn, value: unknown): unknown {
  return convert && value !== null && value !== undefined ? convert(value) : value;
}

/** A number as the shortest text that its precision lets it have; anything else as it is. */
function spelled(value: unknown, { width = 8 }: TypedColumn): unknown {
  return typeof value === 'number' ? textOfNumber(value, width) : value;
}

/** What pandas wrote of the index: names of columns, or what it counts by. */
function pandasIndex(pandas: string | null | undefined): unknown[] {
  try {
    const index: unknown = JSON.parse(pandas ?? '{}').index_columns;
    return Array.isArray(index) ? index : [];
  } catch {
    return [];
  }
}

/** The columns that hold the index. */
function indexColumns(index: readonly unknown[], keys: readonly string[]): string[] {
  return index.filter((key): key is string => typeof key === 'string' && keys.includes(key));
}

function rangeOf([first]: readonly unknown[]): TextColumns['range'] {
  const { kind, start, step } = (first ?? {}) as Record<string, unknown>;
  if (kind !== 'range' || !Number.isInteger(start) || !Number.isInteger(step)) return undefined;
  return start === 0 && step === 1 ? undefined : { start: start as number, step: step as number };
}

/** A time as ISO 8601 has it, in UTC: only the date at midnight. */
export function isoText(milliseconds: number): string {
  const time = new Date(milliseconds);
  // What no calendar holds is damage, or a mark for none.
  if (Number.isNaN(time.getTime())) return '';
  return time.toISOString().replace('T00:00:00.000Z', '');
}
