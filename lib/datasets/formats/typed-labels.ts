import { openTableTexts } from '../table-reader.ts';
import {
  isHistory,
  type LabelColumns,
  type LabelEntries,
  type LabelEntry,
  labelEntry,
  requireColumns,
} from './label-entries.ts';
import type { RowTexts, TextColumns } from './typed-table.ts';

/** Reads a Parquet or Arrow table as labels. The index of pandas states the row if no column does. */
export async function typedLabels(
  path: string,
  format: 'parquet' | 'arrow',
  columns: LabelColumns,
): Promise<LabelEntries> {
  const wanted = [columns.label, columns.name, ['row'], ['answer']];
  const reader = await openTableTexts(format, path, wanted, columns);
  try {
    const { keys, places, index, notices = [] } = reader.head;
    requireColumns(places[0]!, places[1]!, columns, keys, `'${path}'`);
    const rowOfIndex = places[1]! < 0 && places[2]! < 0 ? indexOf(reader.head) : undefined;
    if (rowOfIndex) {
      const what = index === undefined ? '' : `, '${index}',`;
      notices.push(`the index of the pandas table '${path}'${what} is taken for what its rows are`);
    }
    return {
      entries: entries(rowOfIndex),
      tellsRows: places[1]! >= 0 || places[2]! >= 0 || rowOfIndex !== undefined,
      isHistory: isHistory(keys),
      notices,
    };
  } catch (error) {
    await reader.close();
    throw error;
  }

  async function* entries(rowOfIndex: RowOfIndex = () => ({})): AsyncGenerator<LabelEntry> {
    try {
      let at = 0;
      for await (const rows of reader.chunks(0)) {
        for (const texts of rows) {
          const [label, named, numbered, answer] = texts;
          const { row = numbered, name = named } = rowOfIndex(texts, at);
          const blank = !label && !row && !name;
          yield labelEntry(row, name, label, answer, { blank, place: `'${path}', row ${at++}` });
        }
      }
    } finally {
      await reader.close();
    }
  }
}

/** The row that the index of pandas states of a row of a table, at its place. */
type RowOfIndex = (texts: RowTexts, at: number) => { row?: string; name?: string };

function indexOf({ index, isNumbered, range }: TextColumns): RowOfIndex | undefined {
  if (range) return (_, at) => ({ row: String(range.start + at * range.step) });
  if (index === undefined) return undefined;
  return (texts) => (isNumbered ? { row: texts.at(-1) } : { name: texts.at(-1) });
}
