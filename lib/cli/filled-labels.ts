import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';

/** Bytes of a file that its header is looked for in. */
const START_BYTES = 2 ** 20;

const DELIMITERS = [',', ';', '\t'];

/** The column of labels, and one that only predictions have: a program wrote these and can write them again. */
const LABEL = 'label';
const PREDICTED = 'probability';

/**
 * Whether a file is a table of text (CSV, TSV or JSON lines, whatever it is called) in which somebody has filled in a
 * column `label`. A table that is damaged counts as one.
 */
export async function hasFilledLabels(path: string): Promise<boolean> {
  const lines = (await startOf(path)).split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (lines[0]?.startsWith('{')) return hasFilledObject(path);
  // Excel writes what stands between fields above the header.
  const header = lines[0]?.startsWith('sep=') ? lines[1] : lines[0];
  if (header === undefined) return false;
  for (const delimiter of DELIMITERS) {
    const columns = header.split(delimiter).map(columnName);
    if (columns.includes(LABEL)) return !columns.includes(PREDICTED) && hasFilledField(path, delimiter);
  }
  return false;
}

async function startOf(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    const isUtf16 = buffer[0] === 0xff && buffer[1] === 0xfe;
    return new TextDecoder(isUtf16 ? 'utf-16le' : 'utf-8').decode(buffer.subarray(0, bytesRead));
  } finally {
    await handle.close();
  }
}

async function hasFilledField(path: string, delimiter: string): Promise<boolean> {
  const parser = parse({ bom: true, delimiter, relax_column_count: true, relax_quotes: true });
  // The reader of the records sees what goes wrong.
  pipeline(createReadStream(path), parser).catch(() => {});
  let place = -1;
  try {
    for await (const fields of parser as AsyncIterable<string[]>) {
      if (place < 0) place = fields.map(columnName).indexOf(LABEL);
      else if ((fields[place] ?? '').trim() !== '') return true;
    }
  } catch {
    return true;
  }
  return false;
}

async function hasFilledObject(path: string): Promise<boolean> {
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      return false;
    }
    if (row === null || typeof row !== 'object' || PREDICTED in row) return false;
    const label = (row as Record<string, unknown>)[LABEL];
    if (label !== undefined && label !== null && String(label).trim() !== '') return true;
  }
  return false;
}

function columnName(field: string): string {
  return field.replaceAll('"', '').trim().toLowerCase();
}
