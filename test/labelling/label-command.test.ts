import { spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LabelsFile } from '../../lib/labelling/labels-file.ts';
import { handful } from '../support/command-line.ts';

const writer = fileURLToPath(new URL('../support/label-writer.ts', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-label-'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Two processes that label at once, killed when each has stored some rows; returns what they were told is stored. */
async function killedWriters(path: string, first: number): Promise<number[]> {
  const runs = [first, first + 500].map(
    (row) =>
      new Promise<string>((resolve, reject) => {
        const args = ['--import', 'tsx', writer, path, String(row)];
        const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        let text = '';
        child.stdout.setEncoding('utf8').on('data', (more: string) => {
          text += more;
          if (text.split('\n').length > 8) child.kill('SIGKILL');
        });
        child.on('error', reject);
        child.on('close', () => resolve(text));
      }),
  );
  const texts = await Promise.all(runs);
  return texts.flatMap((text) => text.split('\n').slice(0, -1).map(Number));
}

describe('handful label', () => {
  it('prints no address, and changes nothing, if a check fails', async () => {
    const data = join(folder, 'data.csv');
    await writeFile(
      data,
      `id,x,y\n${Array.from({ length: 20 }, (_, i) => `n${i},${i % 7},${i % 3}\n`).join('')}`,
    );
    const files = {
      'notes.txt': 'one line without an end',
      'picks.csv': 'row,file,rank,label\n1,n1,1,cat\n2,n2,2,',
      'other.csv': 'row,file,label,note,time\n1,other,cat,,2026-01-01T00:00:00.000Z\n',
      'beyond.csv': 'row,file,label,note,time\n20,n20,cat,,2026-01-01T00:00:00.000Z\n',
      'good.csv': 'row,file,label,note,time\n1,n1,cat,,2026-01-01T00:00:00.000Z\n',
    };
    await Promise.all(
      Object.entries(files).map(async ([name, text]) => {
        const path = join(folder, name);
        await writeFile(path, text);
        const budget = name === 'good.csv' ? '21' : '5';
        const { code, stdout, stderr } = await handful(['label', data, '--labels', path, '--budget', budget]);
        expect([name, code !== 0, stdout]).toEqual([name, true, '']);
        expect(stderr).toMatch(name === 'good.csv' ? /budget/ : name);
        expect(await readFile(path, 'utf8')).toBe(text);
      }),
    );
  }, 30_000);

  it('loses no label of two processes that are killed, and starts again', async () => {
    const path = join(folder, 'killed.csv');
    const stored = [...(await killedWriters(path, 0)), ...(await killedWriters(path, 100))];
    expect(stored.length).toBeGreaterThanOrEqual(4 * 8);
    const file = await LabelsFile.open(path);
    const rows = new Set((await file.readNew()).map(({ row }) => row));
    await file.close();
    expect(stored.filter((row) => !rows.has(row))).toEqual([]);
  }, 30_000);
});
