import { HandfulError } from '../../core/errors.ts';
import { trimBlanks } from '../label-text.ts';
import { type CsvRecord, csvRecords, isBlank } from './csv-records.ts';
import {
  isHistory,
  type LabelColumns,
  type LabelEntries,
  type LabelEntry,
  labelEntry,
  requireColumns,
} from './label-entries.ts';
import { ColumnNames, isIndexName } from './table-rows.ts';

/** Reads a table of text as labels. A first column with the name of an index states the row if no other does. */
export async function csvLabels(
  path: string,
  delimiter: string | undefined,
  columns: LabelColumns,
): Promise<LabelEntries> {
  const batches = csvRecords(path, { delimiter, signal: columns.signal });
  try {
    return await entriesOfTable(path, batches, columns);
  } catch (error) {
    await batches.return(undefined); // closes the file
    throw error;
  }
}

async function entriesOfTable(
  path: string,
  batches: AsyncGenerator<CsvRecord[]>,
  columns: LabelColumns,
): Promise<LabelEntries> {
  let start: CsvRecord[] = [];
  while (start.length === 0) {
    const { done, value } = await batches.next();
    if (done) throw new HandfulError('ERR_FILE_FORMAT', `'${path}' has no line`);
    start = value.slice(value.findIndex((record: CsvRecord) => !isBlank(record)));
    if (start.every(isBlank)) start = [];
  }
  const [header, ...rest] = start;
  const keys = header!.fields.map(trimBlanks);
  const names = new ColumnNames(keys);
  const places = {
    label: names.findFirst(columns.label),
    name: names.findFirst(columns.name),
    row: names.find('row'),
    answer: names.find('answer'),
  };
  const where = `'${path}', line ${header!.line}`;
  requireColumns(places.label, places.name, columns, keys, where);
  const notices: string[] = [];
  if (places.row < 0 && places.name < 0 && places.label !== 0 && isIndexName(keys[0]!)) {
    places.row = 0;
    notices.push(`the first column of '${path}', '${keys[0]}', is taken for row numbers`);
  }
  async function* entries(): AsyncGenerator<LabelEntry> {
    try {
      for (const record of rest) yield entryOf(record);
      for await (const records of batches) for (const record of records) yield entryOf(record);
    } finally {
      await batches.return(undefined);
    }
  }
  function entryOf(record: CsvRecord): LabelEntry {
    const place = `'${path}', line ${record.line}`;
    const { length } = record.fields;
    if (record.fields.slice(keys.length).some((field) => field !== '')) {
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `${place}: expected ${keys.length} fields, as in the header, but there are ${length}`,
      );
    }
    const get = (at: number) => (at < 0 ? undefined : (record.fields[at] ?? ''));
    return labelEntry(get(places.row), get(places.name), get(places.label), get(places.answer), {
      blank: isBlank(record),
      place,
    });
  }
  return {
    entries: entries(),
    tellsRows: places.row >= 0 || places.name >= 0,
    isHistory: isHistory(keys),
    notices,
  };
}
