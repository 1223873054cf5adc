import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { LabellingServer } from '../../lib/labelling/labelling-server.ts';
import { LabellingSession } from '../../lib/labelling/labelling-session.ts';
import { LabelsFile } from '../../lib/labelling/labels-file.ts';
import type { LabellingCommand, LabellingState } from '../../lib/labelling/page-state.ts';
import { blobs } from '../support/blobs.ts';

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
});
