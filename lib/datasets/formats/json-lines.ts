import { HandfulError } from '../../errors.ts';
import type { DataSource, FormatOptions, RowChunk } from '../data-source.ts';
import { isList, planTable, RowCollector, type TableLayout } from './table-rows.ts';
import { textLines } from './text-lines.ts';

/** What a line that is a list is called. */
const LIST = 'value';

/** A line's JSON, as the values of some columns. */
interface JsonRow {
  keys: string[];
  values: unknown[];
  line: number;
}

/**
 * Opens JSON lines: each a list of numbers, or an object of numbers and lists of them, the same in every line, with a
 * name and a label where it has them.
 */
export async function openJsonLines(path: string, options: FormatOptions): Promise<DataSource> {
  let first: JsonRow | undefined;
  for await (const batch of rowsOf(path)) {
    first = batch[0];
    if (first) break;
  }
  if (!first) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no line`);
  const layout = planTable(first.keys, first.values, options, `'${path}', line ${first.line},`);
  const { keys } = first;
  return {
    format: 'jsonl',
    type: 'json',
    shape: [undefined, layout.columns],
    columns: layout.columns,
    columnNames: layout.columnNames,
    chunks: (rows) => chunks(path, keys, layout, rows),
  };
}

async function* chunks(
  path: string,
  keys: readonly string[],
  layout: TableLayout,
  rows: number,
): AsyncGenerator<RowChunk> {
  const collector = new RowCollector(layout, rows);
  for await (const batch of rowsOf(path)) {
    for (const row of batch) {
      // Most lines have their keys in the order of the first.
      const inOrder = row.keys.length === keys.length && row.keys.every((key, i) => key === keys[i]);
      const values = inOrder ? row.values : keys.map((key) => row.values[row.keys.indexOf(key)]);
      collector.add(values, `'${path}', line ${row.line}`);
      if (collector.isFull) yield collector.take();
    }
  }
  if (!collector.isEmpty) yield collector.take();
}

async function* rowsOf(path: string): AsyncGenerator<JsonRow[]> {
  for await (const lines of textLines(path)) {
    yield lines
      .filter(({ text }) => text.trim() !== '')
      .map(({ text, number }) => ({ ...parseRow(text, `'${path}', line ${number}`), line: number }));
  }
}

function parseRow(text: string, place: string): { keys: string[]; values: unknown[] } {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new HandfulError('ERR_FILE_FORMAT', `${place}: ${(error as Error).message}`, { cause: error });
  }
  if (isList(json)) return { keys: [LIST], values: [json] };
  if (json === null || typeof json !== 'object') {
    throw new HandfulError('ERR_FILE_FORMAT', `${place}: expected a list of numbers or an object`);
  }
  return { keys: Object.keys(json), values: Object.values(json) };
}
