import { HandfulError } from '../../core/errors.ts';
import { JsonLine } from './json-line.ts';
import { type LabelColumns, type LabelEntries, type LabelEntry, labelEntry } from './label-entries.ts';
import { ColumnNames, textOf } from './table-rows.ts';
import { textLines } from './text-lines.ts';

/** Reads JSON lines as labels: each is an object. */
export async function jsonLabels(path: string, columns: LabelColumns): Promise<LabelEntries> {
  async function* entries(): AsyncGenerator<LabelEntry> {
    for await (const lines of textLines(path, columns.signal)) {
      for (const { text, number } of lines) {
        if (text.trim() === '') continue;
        const place = `'${path}', line ${number}`;
        yield jsonEntry(JsonLine.parse(text, place), columns, place);
      }
    }
  }
  const all: LabelEntry[] = [];
  for await (const each of entries()) all.push(each);
  const tellsRows = all.some(({ row, name }) => row !== undefined || name !== undefined);
  return { entries: all, tellsRows, isHistory: false, notices: [] };
}

function jsonEntry(json: JsonLine, columns: LabelColumns, place: string): LabelEntry {
  const { keys } = json;
  const names = new ColumnNames(keys);
  const get = (at: number, what: string) => {
    const value = at < 0 ? undefined : json.get(keys[at]!);
    return value === undefined || value === null ? undefined : textOf(value, what, place);
  };
  const label = names.findFirst(columns.label);
  if (label < 0) {
    throw new HandfulError('ERR_FILE_FORMAT', `${place}: expected an object with a '${columns.label[0]}'`);
  }
  const name = columns.name.map((key) => get(names.find(key), key)).find((each) => each !== undefined);
  const answer = json.get('answer');
  return labelEntry(get(names.find('row'), 'row'), name, get(label, keys[label]!), answer, {
    blank: false,
    place,
  });
}
