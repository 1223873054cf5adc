import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { pipeline } from 'node:stream/promises';
import { parse } from 'csv-parse';
import { fileError } from '../core/files.ts';

/** Bytes of a file that its header is looked for in. */
const START_BYTES = 2 ** 20;

const DELIMITERS = [',', ';', '\t'];

/** The column of labels. */
const LABEL = 'label';
/** What `handful predict` states of the label, and begins the names of the columns of all classes with. */
const PROBABILITY = 'probability';

/**
 * Whether a file is a table of text (CSV, TSV or JSON lines, whatever it is called) in which somebody has filled in a
 * column `label`. A table that is damaged counts as one. Predictions of `handful predict` do not, because they can be
 * made again, unless somebody has corrected one: its label is then not the class that the probability is of.
 * @throws HandfulError `ERR_FILE` if it may not be read
 */
export async function hasFilledLabels(path: string): Promise<boolean> {
  try {
    return await isFilled(path);
  } catch (error) {
    throw fileError(path, 'read', error);
  }
}

async function isFilled(path: string): Promise<boolean> {
  const lines = (await startOf(path)).split(/\r\n|\n|\r/).filter((line) => line.trim() !== '');
  if (lines[0]?.startsWith('{')) return hasFilledObject(path);
  // Excel writes what stands between fields above the header.
  const header = lines[0]?.startsWith('sep=') ? lines[1] : lines[0];
  if (header === undefined) return false;
  for (const delimiter of DELIMITERS) {
    const columns = header.split(delimiter).map(columnName);
    if (columns.includes(LABEL)) return hasFilledField(path, delimiter);
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
  let header = new Map<string, number>();
  let place = -1;
  try {
    for await (const fields of parser as AsyncIterable<string[]>) {
      if (place < 0) {
        // In front of the header may stand what Excel writes.
        place = fields.map(columnName).indexOf(LABEL);
        header = new Map(fields.map((name, at) => [name, at]));
        continue;
      }
      const label = fields[place] ?? '';
      if (label.trim() === '') continue;
      const probability = fields[header.get(PROBABILITY) ?? -1];
      const ofLabel = fields[header.get(`${PROBABILITY}_${label}`) ?? -1];
      if (probability === undefined || ofLabel !== probability) return true;
    }
  } catch {
    return true;
  }
  return false;
}

async function hasFilledObject(path: string): Promise<boolean> {
  let isTable = false;
  for await (const line of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    let row: unknown;
    try {
      row = JSON.parse(line);
    } catch {
      return isTable;
    }
    if (row === null || typeof row !== 'object') return isTable;
    isTable = true;
    const { label, probability, probabilities } = row as Partial<PredictedRow>;
    if (label === undefined || label === null || String(label).trim() === '') continue;
    if (probability === undefined || probabilities?.[label] !== probability) return true;
  }
  return false;
}

/** What a line of JSON says of a row that `handful predict` wrote. */
interface PredictedRow {
  label: string;
  probability: number;
  probabilities: Record<string, number>;
}

function columnName(field: string): string {
  return field.replaceAll('"', '').trim().toLowerCase();
}
