/** Labels rows in a file, one after the other from a first one on, and prints each that is stored, until it is killed. */
import { LabelsFile } from '../../lib/labelling/labels-file.ts';

const [path, first] = process.argv.slice(2);
const file = await LabelsFile.open(path!);
for (let row = Number(first); ; row++) {
  // Longer than a page of memory: a write of it can be cut short.
  const entry = {
    row,
    file: `r${row}`,
    label: 'two\nlines '.repeat(600),
    note: '',
    time: Date.now(),
  } as const;
  await file.append([entry]);
  process.stdout.write(`${row}\n`);
}
