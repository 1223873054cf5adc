import { copyFile, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { loadLabels } from '../../lib/datasets/load-labels.ts';
import { LabellingServer } from '../../lib/labelling/labelling-server.ts';
import { LabellingSession } from '../../lib/labelling/labelling-session.ts';
import { LabelsFile } from '../../lib/labelling/labels-file.ts';
import type { LabellingCommand, LabellingState } from '../../lib/labelling/page-state.ts';
import { blobs } from '../support/blobs.ts';
import { expectError } from '../support/errors.ts';

const BUDGET = 12;
const { X, blob } = blobs(4, 30, 5, 1);
const names = Array.from(blob, (_, row) => `row ${row}`);

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'handful-server-'));
});
afterAll(() => rm(folder, { recursive: true }));

const running: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of running.splice(0)) await stop();
});

/** A page that serves a file of labels. */
async function start(name: string) {
  const controller = new AbortController();
  const file = await LabelsFile.open(join(folder, name));
  const plan = { data: { X, names }, title: 'blobs', budget: BUDGET, seed: 1, classes: [] };
  const session = new LabellingSession(plan, file, controller.signal);
  const server = new LabellingServer(session, async () => '');
  const address = await server.listen(0);
  await session.prepare();
  running.push(async () => {
    controller.abort();
    await server.close();
    await file.close();
  });
  const state = async (): Promise<LabellingState> =>
    (await fetch(`${address}state`)).json() as Promise<LabellingState>;
  const send = (command: LabellingCommand | object) =>
    fetch(`${address}command`, { method: 'POST', body: JSON.stringify(command) });
  const label = async (row: number, cluster = false): Promise<LabellingState> =>
    (
      await send({ kind: 'label', row, label: `blob ${blob[row]}`, cluster })
    ).json() as Promise<LabellingState>;
  return { address, state, send, label };
}

describe('the labelling server', () => {
  it('lets in nobody but who knows the address', async () => {
    const { address } = await start('closed.csv');
    expect((await fetch(address)).status).toBe(200);
    const { origin } = new URL(address);
    expect((await fetch(`${origin}/`)).status).toBe(404);
    expect((await fetch(`${origin}/AAAAAAAAAAAAAAAAAAAAAA/state`)).status).toBe(404);
    const foreign = { method: 'POST', body: '{"kind":"undo"}', headers: { origin: 'http://example.org' } };
    expect((await fetch(`${address}command`, foreign)).status).toBe(403);
    expect((await fetch(address.replace('127.0.0.1', 'localhost'))).status).toBe(404);
    const policy = (await fetch(address)).headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
  });

  it('stores labels, skips, doubts and what is taken back, and goes on from there', async () => {
    const { state, send, label } = await start('goes-on.csv');
    const { picks } = await state();
    expect(picks.length).toBe(BUDGET);
    await label(picks[0]!.row);
    await label(picks[1]!.row);
    await send({ kind: 'skip', row: picks[2]!.row });
    await send({ kind: 'unsure', row: picks[3]!.row });
    await label(picks[4]!.row);
    expect((await state()).undo).toBe(`blob ${blob[picks[4]!.row]}`);
    await send({ kind: 'undo' });

    const again = await (await start('goes-on.csv')).state();
    expect(again.picks.slice(0, 6).map(({ row, label, note }) => [row, label, note])).toEqual([
      [picks[0]!.row, `blob ${blob[picks[0]!.row]}`, ''],
      [picks[1]!.row, `blob ${blob[picks[1]!.row]}`, ''],
      [picks[2]!.row, '', 'skipped'],
      [picks[3]!.row, '', 'not sure'],
      [picks[4]!.row, '', ''],
      [picks[5]!.row, '', ''],
    ]);
    expect(again.undo).toBe('not sure');
  });

  it('labels all members of a cluster that are shown, and asks about the farthest of a mixed one', async () => {
    const { state, send, label } = await start('clusters.csv');
    const { picks } = await state();
    const pick = picks.find(({ nearest }) => nearest.length > 2)!;
    const shown = [...pick.nearest, ...pick.farthest].map(({ row }) => row);
    expect(shown.every((row) => blob[row] === blob[pick.row])).toBe(true);
    const labelled = await label(pick.row, true);
    expect(labelled.labelled).toBe(1);
    expect(labelled.labelledWithClusters).toBe(shown.length);
    const other = picks.find(({ row, farthest }) => row !== pick.row && farthest.length >= 2)!;
    await send({ kind: 'mixed', row: other.row });
    const more = (await state()).picks.map(({ row }) => row);
    expect(more.length).toBe(BUDGET + 2);
    expect(more).toEqual(expect.arrayContaining(other.farthest.slice(-2).map(({ row }) => row)));
    await send({ kind: 'undo' });
    await send({ kind: 'undo' });
    const undone = await state();
    expect([undone.picks.length, undone.labelled, undone.labelledWithClusters]).toEqual([BUDGET, 0, 0]);
  });

  it('keeps two servers of one file together', async () => {
    const one = await start('two.csv');
    const two = await start('two.csv');
    const { picks } = await one.state();
    await one.label(picks[0]!.row);
    await two.label(picks[1]!.row);
    expect((await one.state()).labelled).toBe(2);
    expect((await two.state()).labelled).toBe(2);
  });

  it('estimates what the labels are worth, and chooses more rows than were shown', async () => {
    const { state, send, label } = await start('estimate.csv');
    const { picks } = await state();
    for (const { row } of picks) await label(row);
    let now = await state();
    while (now.estimating) now = await state();
    expect(now.estimate!.labels).toBe(BUDGET);
    expect(now.estimate!.accuracy.value).toBeGreaterThan(0.9);
    expect(now.estimate!.accuracy.low).toBeLessThan(now.estimate!.accuracy.value);
    await send({ kind: 'more' });
    const more = (await state()).picks;
    expect(new Set(more.map(({ row }) => row)).size).toBe(2 * BUDGET);
  });

  it('refuses what is no command, and rows that are not asked about', async () => {
    const { send, state } = await start('refused.csv');
    const shown = new Set((await state()).picks.map(({ row }) => row));
    const other = names.findIndex((_, row) => !shown.has(row));
    for (const command of [
      {},
      { kind: 'label', row: 0.5, label: 'x' },
      { kind: 'label', row: [...shown][0], label: ' ' },
      { kind: 'skip', row: other },
    ]) {
      expect((await send(command)).status).toBe(400);
    }
    expect((await state()).labelled).toBe(0);
  });

  it('chooses other rows each time, if it is asked for more rows several times at once', async () => {
    const { state, send } = await start('more.csv');
    await Promise.all([1, 2, 3].map(() => send({ kind: 'more' })));
    const rows = (await state()).picks.map(({ row }) => row);
    expect([rows.length, new Set(rows).size]).toEqual([4 * BUDGET, 4 * BUDGET]);
  });

  it('undoes one action alone, if two servers label in the same millisecond', async () => {
    const [one, two] = [await start('moment.csv'), await start('moment.csv')];
    const { picks } = await one.state();
    const now = vi.spyOn(Date, 'now').mockReturnValue(1e12);
    try {
      await Promise.all([one.label(picks[0]!.row), two.label(picks[1]!.row)]);
    } finally {
      now.mockRestore();
    }
    expect((await two.state()).labelled).toBe(2);
    await one.send({ kind: 'undo' });
    expect((await one.state()).labelled).toBe(1);
    expect((await two.state()).labelled).toBe(1);
  });

  it('refuses labels of other data before it serves, and leaves them as they are', async () => {
    const path = join(folder, 'other.csv');
    const text = 'row,file,label,note,time\n3,another row,cat,,2026-01-01T00:00:00.000Z\n';
    await writeFile(path, text);
    const plan = { data: { X, names }, title: 'blobs', budget: BUDGET, seed: 1, classes: [] };
    const session = new LabellingSession(plan, await LabelsFile.open(path), new AbortController().signal);
    await expectError(session.prepare(), 'ERR_FILE_FORMAT', /row 3.*another row.*other data/);
    await expectError(session.do({ kind: 'skip', row: 3 }), 'ERR_FILE_FORMAT', 'other data');
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  it('says that the file was replaced, and has every label that it called stored at the path', async () => {
    const { state, label } = await start('replaced.csv');
    const path = join(folder, 'replaced.csv');
    const { picks } = await state();
    await label(picks[0]!.row);
    await copyFile(path, `${path}.copy`);
    await label(picks[1]!.row);
    await rename(`${path}.copy`, path);
    const now = await label(picks[2]!.row);
    expect(now.notice).toMatch(/replaced or changed .*replaced\.csv\. No label is lost/);
    expect([now.labelled, now.trouble]).toEqual([3, undefined]);
    expect((await loadLabels(path, names)).rows).toHaveLength(3);
  });

  it('says that nothing can be stored, while another file is in the place of the labels', async () => {
    const { state, label, send } = await start('taken.csv');
    const path = join(folder, 'taken.csv');
    const { picks } = await state();
    await label(picks[0]!.row);
    const good = await readFile(path);
    await writeFile(path, 'a shopping list');
    const refused = await send({ kind: 'label', row: picks[1]!.row, label: 'x' });
    expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining('shopping list')]);
    expect((await state()).trouble).toContain('shopping list');
    expect(await readFile(path, 'utf8')).toBe('a shopping list');
    await writeFile(path, good);
    expect([(await state()).trouble, (await label(picks[1]!.row)).labelled]).toEqual([undefined, 2]);
  });
});
