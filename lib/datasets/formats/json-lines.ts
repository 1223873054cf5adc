import { HandfulError } from '../../core/errors.ts';
import type { DataSource, FormatOptions, RowChunk } from './data-source.ts';
import { JsonLine } from './json-line.ts';
import { planTable, RowCollector, type TableLayout } from './table-rows.ts';
import { textLines } from './text-lines.ts';

/** What a line that is a list is called. */
const LIST = 'value';

/** A line that is a row. */
interface JsonRow {
  json: JsonLine;
  place: string;
}

/**
 * Opens JSON lines: each a list of numbers, or an object of numbers and lists of them, the same in every line, with a
 * name and a label if it has them.
 */
export async function openJsonLines(path: string, options: FormatOptions): Promise<DataSource> {
  const { signal } = options;
  let first: JsonRow | undefined;
  for await (const batch of rowsOf(path, signal)) {
    first = batch[0];
    if (first) break;
  }
  if (!first) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no line`);
  const { keys } = first.json;
  const layout = planTable(keys, valuesOf(first, keys), options, first.place);
  return {
    type: 'json',
    shape: [undefined, layout.columns],
    columns: layout.columns,
    columnNames: layout.columnNames,
    chunks: (rows) => chunks(rowsOf(path, signal), keys, layout, rows),
  };
}

async function* chunks(
  batches: AsyncIterable<JsonRow[]>,
  keys: readonly string[],
  layout: TableLayout,
  rows: number,
): AsyncGenerator<RowChunk> {
  const collector = new RowCollector(layout, rows);
  for await (const batch of batches) {
    for (const row of batch) {
      collector.add(valuesOf(row, keys), row.place);
      if (collector.isFull) yield collector.take();
    }
  }
  if (!collector.isEmpty) yield collector.take();
}

/** The values of some keys, whatever order the line has them in. */
function valuesOf({ json }: JsonRow, keys: readonly string[]): unknown[] {
  return keys.map((key) => json.get(key));
}

async function* rowsOf(path: string, signal: AbortSignal | undefined): AsyncGenerator<JsonRow[]> {
  for await (const lines of textLines(path, signal)) {
    yield lines
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, number }) => {
        const place = `'${path}', line ${number}`;
        return { json: JsonLine.parse(text, place, LIST), place };
      });
  }
}
