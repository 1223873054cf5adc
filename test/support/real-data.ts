import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder =
  process.env.HANDFUL_REAL_DATA || fileURLToPath(new URL('../../../shared/data/real', import.meta.url));

/** The path of a table of real data with a column `label`, in `HANDFUL_REAL_DATA` or beside the repository. */
export function realData(name: string): { path: string; isAbsent: boolean } {
  const path = `${folder}/${name}.csv.gz`;
  return { path, isAbsent: !existsSync(path) };
}
