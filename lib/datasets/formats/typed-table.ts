import { HandfulError } from '../../core/errors.ts';
import type { DataSource, FormatOptions, RowChunk } from '../data-source.ts';
import { textOfNumber } from './number-text.ts';
import { planTable, RowCollector } from './table-rows.ts';

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
  const { format, path, columns, rows } = table;
  const keys = columns.map(({ key }) => key);
  const index = options.columns ? [] : pandasIndex(table.pandas).filter((key) => keys.includes(key));
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
    format,
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
        for (const place of texts) {
          const value = values[place];
          if (typeof value === 'number') values[place] = textOfNumber(value, columns[place]!.width ?? 8);
        }
        collector.add(values, `'${path}', row ${row++}`);
        if (collector.isFull) yield collector.take();
      }
    }
    if (!collector.isEmpty) yield collector.take();
  }
}

function convertRow(columns: readonly TypedColumn[], values: readonly unknown[]): unknown[] {
  return columns.map(({ convert }, place) => {
    const value = values[place];
    return convert && value !== null && value !== undefined ? convert(value) : value;
  });
}

/** The columns that hold a pandas index; one that merely counts is no column. */
function pandasIndex(pandas: string | null | undefined): string[] {
  try {
    const index: unknown = JSON.parse(pandas ?? '{}').index_columns;
    return Array.isArray(index) ? index.filter((key) => typeof key === 'string') : [];
  } catch {
    return [];
  }
}

/** A time as ISO 8601 has it, in UTC: only the date at midnight. */
export function isoText(milliseconds: number): string {
  const time = new Date(milliseconds);
  // What no calendar holds is damage, or a mark for none.
  if (Number.isNaN(time.getTime())) return '';
  return time.toISOString().replace('T00:00:00.000Z', '');
}
