import { type FileHandle, open } from 'node:fs/promises';
import { HandfulError } from '../../core/errors.ts';
import { fileError } from '../../core/files.ts';

const MAGIC = 'ARROW1';

/** Bytes of a schema that are looked at: its order of bytes stands near its beginning. */
const SCHEMA_BYTES = 2 ** 16;

/**
 * Refuses what apache-arrow reads wrongly, or does not name: the first Feather format, and big-endian numbers.
 * @throws HandfulError `ERR_FILE_FORMAT`, `ERR_FILE`
 */
export async function requireArrowKind(path: string): Promise<void> {
  const file = await open(path).catch((error) => {
    throw fileError(path, 'read', error);
  });
  try {
    const start = await readAt(file, 0, SCHEMA_BYTES);
    if (start.toString('latin1', 0, 4) === 'FEA1') {
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `'${path}' is Feather of version 1, which can't be read: pandas.read_feather and to_feather make version 2 of it`,
      );
    }
    if (isBigEndian(start, await footerOf(file, start))) {
      throw new HandfulError(
        'ERR_FILE_FORMAT',
        `'${path}' holds big-endian numbers, which can't be read: pyarrow reads it and writes little-endian ones`,
      );
    }
  } catch (error) {
    throw fileError(path, 'read', error);
  } finally {
    await file.close();
  }
}

async function readAt(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, position);
  return buffer.subarray(0, bytesRead);
}

/** What is at the end of a file, with its schema; undefined for a stream. */
async function footerOf(file: FileHandle, start: Buffer): Promise<Buffer | undefined> {
  const { size } = await file.stat();
  const tail = 4 + MAGIC.length;
  if (start.toString('latin1', 0, MAGIC.length) !== MAGIC || size < tail) return undefined;
  const length = (await readAt(file, size - tail, 4)).readInt32LE();
  const position = size - tail - length;
  return length > 0 && position > 0 ? readAt(file, position, Math.min(length, SCHEMA_BYTES)) : undefined;
}

/** Whether the schema of a file's footer, or else of a stream's first message, says so. */
function isBigEndian(start: Buffer, footer: Buffer | undefined): boolean {
  try {
    if (footer) return schemaIsBigEndian(footer, tableAt(footer, 0), 1);
    const first = start.readUInt32LE() === 0xffffffff ? 8 : 4;
    const message = tableAt(start, first);
    const type = fieldOf(start, message, 1);
    return type !== 0 && start.readUInt8(type) === 1 && schemaIsBigEndian(start, message, 2);
  } catch (error) {
    // What ends before its schema is damaged, and refused by apache-arrow.
    if (error instanceof RangeError) return false;
    throw error;
  }
}

function schemaIsBigEndian(bytes: Buffer, parent: number, id: number): boolean {
  const field = fieldOf(bytes, parent, id);
  const endianness = field && fieldOf(bytes, tableAt(bytes, field), 0);
  return endianness !== 0 && bytes.readInt16LE(endianness) === 1;
}

/** The table of FlatBuffers that a place refers to. */
const tableAt = (bytes: Buffer, place: number): number => place + bytes.readUInt32LE(place);

/** Where a table's field is; 0 if it is left out. */
function fieldOf(bytes: Buffer, table: number, id: number): number {
  const layout = table - bytes.readInt32LE(table);
  const entry = 4 + 2 * id;
  const offset = entry < bytes.readUInt16LE(layout) ? bytes.readUInt16LE(layout + entry) : 0;
  return offset && table + offset;
}
