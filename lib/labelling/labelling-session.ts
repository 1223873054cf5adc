import { EventEmitter } from 'node:events';
import { HandfulError } from '../core/errors.ts';
import type { LoadedData } from '../datasets/load-data.ts';
import { clusterMembers } from '../semi-supervised/cluster-members.ts';
import { FewLabels } from '../semi-supervised/few-labels.ts';
import type { Representation } from '../semi-supervised/representation.ts';
import { type AccuracyEstimate, estimateAccuracy } from './accuracy-estimate.ts';
import { LabelHistory } from './label-history.ts';
import type { LabelsFile } from './labels-file.ts';
import type { LabelEntry, LabelNote } from './labels-format.ts';
import type { LabellingCommand, LabellingState, MemberState, PickState } from './page-state.ts';
import { Turns } from './turns.ts';

/** What is labelled, and how. */
export interface LabellingPlan {
  data: Pick<LoadedData, 'X' | 'image' | 'names'>;
  /** What the data is called, for a reader. */
  title: string;
  /** Rows to choose: 2 … rows. */
  budget: number;
  seed: number;
  /** Names of classes that are known from the beginning. */
  classes: readonly string[];
}

/** Members of a cluster that are shown at either end. */
const SHOWN_MEMBERS = 6;

/** Members that become picks of their own where a cluster is mixed: the farthest ones. */
const MIXED_PICKS = 2;

/** A row to label, and members of its cluster. */
interface ChosenRow {
  row: number;
  size: number;
  nearest: Int32Array;
  farthest: Int32Array;
}

/**
 * The labelling of some rows: chooses them, stores what a person says of them, and estimates what it is worth. Emits
 * `'begun'` when all that can be refused has been checked, and `'change'` whenever there is something new to show.
 */
export class LabellingSession extends EventEmitter<{ begun: []; change: [] }> {
  readonly plan: LabellingPlan;
  readonly #file: LabelsFile;
  readonly #turns = new Turns();
  #history: LabelHistory;
  /** How often the file had been rewritten when the history began. */
  #rewritten = 0;
  readonly #signal: AbortSignal;
  #picks: ChosenRow[] = [];
  #representation: Representation | undefined;
  #preparing: string | undefined = 'Starting';
  #failure: string | undefined;
  #estimate: AccuracyEstimate | undefined;
  #estimating = false;
  /** How often the file was found to have grown. */
  #revision = 0;
  #lastTime = 0;

  /** @param file what was said before counts */
  constructor(plan: LabellingPlan, file: LabelsFile, signal: AbortSignal) {
    super();
    this.plan = plan;
    this.#file = file;
    this.#history = new LabelHistory(plan.classes);
    this.#signal = signal;
  }

  /**
   * Chooses the rows to label, the same for the same data and seed; tells how far it is.
   * @throws HandfulError before `'begun'` if the file holds labels of other data, or the rows can't be chosen from;
   *   AbortError
   */
  async prepare(): Promise<void> {
    const { data, budget, seed } = this.plan;
    await this.#catchUp();
    try {
      const learner = new FewLabels<string>({ budget, image: data.image, randomState: seed });
      await learner.pick(data.X, { signal: this.#signal, onProgress: (p) => this.#tell(p) });
      this.#representation = learner.representation;
      await this.#addPicks(learner);
    } catch (error) {
      this.#failure = (error as Error).message;
      throw error;
    } finally {
      this.#preparing = undefined;
      this.emit('change');
    }
    this.#estimateSoon();
  }

  #tell({ phase, done, total }: { phase: string; done: number; total: number }): void {
    this.emit('begun');
    const share = total > 0 ? `, ${Math.round((100 * done) / total)} %` : '';
    this.#preparing = `Choosing the rows to label (${phase}${share})`;
    this.emit('change');
  }

  async #addPicks(learner: FewLabels<string>): Promise<void> {
    const { rows, clusters } = learner.selection;
    const representation = this.#representation!.rows;
    const members = clusters
      ? await clusterMembers(representation, rows, clusters, SHOWN_MEMBERS, { signal: this.#signal })
      : [];
    for (const [place, row] of rows.entries()) {
      const { size = 0, nearest = new Int32Array(), farthest = new Int32Array() } = members[place] ?? {};
      this.#picks.push({ row, size, nearest, farthest });
    }
  }

  /**
   * Does what a person asks for, one thing after the other; resolves when it is on disk.
   * @throws HandfulError `ERR_INVALID_ARGUMENT` for what is not to be done; `ERR_FILE`, `ERR_FILE_FORMAT` if it is not
   *   stored
   */
  do(command: LabellingCommand): Promise<void> {
    return this.#turns.take(() => this.#do(command));
  }

  async #do(command: LabellingCommand): Promise<void> {
    await this.#catchUp();
    if (command.kind === 'more') return this.#pickMore();
    const entries = command.kind === 'undo' ? this.#undoing() : this.#saying(command);
    if (entries.length === 0) return;
    await this.#file.append(entries);
    await this.#catchUp();
    this.emit('change');
    this.#estimateSoon();
  }

  #saying(command: Exclude<LabellingCommand, { kind: 'more' | 'undo' }>): LabelEntry[] {
    const pick = this.#allPicks().find(({ row }) => row === command.row);
    if (!pick) throw new HandfulError('ERR_INVALID_ARGUMENT', `Row ${command.row} is not to be labelled`);
    const { label } = this.#history.of(pick.row);
    switch (command.kind) {
      case 'skip':
        return this.#entries([pick.row], '', 'skipped');
      case 'unsure':
        return this.#entries([pick.row], '', 'not sure');
      case 'mixed':
        return this.#entries([pick.row], label, 'mixed');
      case 'label': {
        const own = this.#entries([pick.row], command.label, '');
        if (!command.cluster) return own;
        const shown = [...pick.nearest, ...pick.farthest];
        const without = shown.filter((row) => this.#history.of(row).label === '');
        return [...own, ...this.#entries(without, command.label, 'cluster', own[0]!.time)];
      }
    }
  }

  #undoing(): LabelEntry[] {
    const last = this.#history.last;
    if (!last) return [];
    const time = this.#now();
    return [...last.before].flatMap(([row, { label }]) => this.#entries([row], label, 'undone', time));
  }

  #entries(rows: readonly number[], label: string, note: LabelNote, time = this.#now()): LabelEntry[] {
    return rows.map((row) => ({ row, file: this.plan.data.names[row]!, label, note, time }));
  }

  /** The time, never the same twice: it tells actions apart. */
  #now(): number {
    this.#lastTime = Math.max(Date.now(), this.#lastTime + 1);
    return this.#lastTime;
  }

  /** Takes in what the file has that is new, of another process too; all of it if another program rewrote it. */
  async #catchUp(): Promise<void> {
    const entries = await this.#file.readNew(this.plan.data.names);
    if (this.#rewritten !== this.#file.rewritten) {
      this.#rewritten = this.#file.rewritten;
      this.#history = new LabelHistory(this.plan.classes);
    } else if (entries.length === 0) return;
    this.#history.add(entries);
    this.#revision++;
  }

  /** Chooses as many rows again, given what is labelled. */
  async #pickMore(): Promise<void> {
    const { budget, seed } = this.plan;
    if (!this.#representation)
      throw new HandfulError('ERR_INVALID_ARGUMENT', 'The first rows have not been chosen yet');
    const taken = new Set(this.#picks.map(({ row }) => row));
    const learner = new FewLabels<string>({ budget, randomState: seed + this.#picks.length });
    const { rows: alone } = this.#history.labelled('alone');
    const { rows: together } = this.#history.labelled('with their clusters');
    const known = Int32Array.from(new Set([...taken, ...alone, ...together]));
    await learner.pick(this.#representation, {
      // Rows that were shown are not shown again, labelled or not.
      labelled: { rows: known, labels: Array.from(known, () => '') },
      signal: this.#signal,
    });
    await this.#addPicks(learner);
    this.emit('change');
  }

  /** All picks: those chosen, and members of clusters that were called mixed. */
  #allPicks(): ChosenRow[] {
    const { mixed } = this.#history;
    const rows = new Set(this.#picks.map(({ row }) => row));
    return this.#picks.flatMap((pick) => {
      if (!mixed.has(pick.row)) return [pick];
      const more = [...pick.farthest.slice(-MIXED_PICKS)].filter((row) => !rows.has(row));
      for (const row of more) rows.add(row);
      const none = new Int32Array();
      return [pick, ...more.map((row) => ({ row, size: 0, nearest: none, farthest: none }))];
    });
  }

  /** Everything there is to show now, what other processes have stored included. */
  async state(): Promise<LabellingState> {
    const trouble = await this.#catchUp().then(
      () => undefined,
      (error: Error) => error.message,
    );
    const { mixed, classes, last } = this.#history;
    const member = (row: number): MemberState => ({
      row,
      name: this.plan.data.names[row]!,
      label: this.#history.of(row).label,
    });
    const picks = this.#allPicks().map(
      ({ row, size, nearest, farthest }): PickState => ({
        ...member(row),
        note: this.#history.of(row).note,
        mixed: mixed.has(row),
        size,
        nearest: Array.from(nearest, member),
        farthest: Array.from(farthest, member),
      }),
    );
    return {
      title: this.plan.title,
      file: this.#file.path,
      preparing: this.#preparing,
      failure: this.#failure,
      trouble,
      notice: this.#file.notice,
      images: this.plan.data.image !== undefined,
      classes,
      picks,
      labelled: this.#history.labelled('alone').rows.length,
      labelledWithClusters: this.#history.labelled('with their clusters').rows.length,
      undo: last && describeAction(last.entries),
      estimate: this.#estimate,
      estimating: this.#estimating,
    };
  }

  /** Estimates in the background, one at a time, until the estimate rests on all labels that there are. */
  async #estimateSoon(): Promise<void> {
    if (this.#estimating || !this.#representation) return;
    this.#estimating = true;
    try {
      for (let known = -1; known !== this.#revision; ) {
        known = this.#revision;
        // Rows labelled with their clusters are alike: to tell one from the others proves nothing.
        const labelled = this.#history.labelled('alone');
        this.#estimate = await estimateAccuracy(this.#representation, labelled, { signal: this.#signal });
        this.emit('change');
      }
    } catch (error) {
      if (!this.#signal.aborted) this.#failure = (error as Error).message;
    } finally {
      this.#estimating = false;
      this.emit('change');
    }
  }
}

/** `the label Shirt`, `7 labels Shirt`, `skipped`. */
function describeAction(entries: readonly LabelEntry[]): string {
  const [{ label, note }] = entries as [LabelEntry];
  if (label === '') return note;
  return entries.length === 1 ? label : `${label}, ${entries.length} images`;
}
