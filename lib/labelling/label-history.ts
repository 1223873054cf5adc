import type { LabelEntry } from './labels-format.ts';

/** What stands of a row. */
export type RowState = Pick<LabelEntry, 'label' | 'note'>;

const NOTHING: RowState = { label: '', note: '' };

/** Something that was done, and what stood before: what is needed to undo it. */
export interface LabelAction {
  entries: LabelEntry[];
  before: Map<number, RowState>;
}

/** What a file of labels says, line by line: what stands of each row, and what may be undone. */
export class LabelHistory {
  readonly #states = new Map<number, RowState>();
  readonly #actions: LabelAction[] = [];
  /** Entries that were taken: a line that two processes restored is in the file twice, and counts once. */
  readonly #taken = new Set<string>();
  readonly #classes: string[];

  /** @param classes names that are known from the beginning */
  constructor(classes: readonly string[] = []) {
    this.#classes = [...classes];
  }

  /** Takes entries in the order in which they are in the file. */
  add(entries: readonly LabelEntry[]): void {
    for (const entry of entries) {
      const { row, label, note, time } = entry;
      const key = JSON.stringify([row, label, note, time]);
      if (this.#taken.has(key)) continue;
      this.#taken.add(key);
      if (entry.note === 'undone') this.#undo(entry);
      else this.#do(entry);
    }
  }

  #do(entry: LabelEntry): void {
    let action = this.#actions.at(-1);
    if (!action || !continues(action, entry)) {
      action = { entries: [], before: new Map() };
      this.#actions.push(action);
    }
    action.entries.push(entry);
    if (!action.before.has(entry.row)) action.before.set(entry.row, this.of(entry.row));
    this.#states.set(entry.row, { label: entry.label, note: entry.note });
    if (entry.label !== '' && !this.#classes.includes(entry.label)) this.#classes.push(entry.label);
  }

  /** The entry says what label the row has again. Another process may have undone the same action before. */
  #undo({ row, label }: LabelEntry): void {
    const action = this.#actions.at(-1);
    const before = action?.before.get(row);
    if (before?.label !== label) {
      this.#states.set(row, { label, note: '' });
      return;
    }
    this.#states.set(row, before);
    action!.before.delete(row);
    if (action!.before.size === 0) this.#actions.pop();
  }

  /** What stands of a row. */
  of(row: number): RowState {
    return this.#states.get(row) ?? NOTHING;
  }

  /** What was done last and not undone. */
  get last(): LabelAction | undefined {
    return this.#actions.at(-1);
  }

  /** The names of the classes, in the order in which they came up; one that was used once stays. */
  get classes(): readonly string[] {
    return this.#classes;
  }

  /** The rows that were labelled one by one, or else those that were labelled with the whole of their cluster. */
  labelled(how: 'alone' | 'with their clusters'): { rows: Int32Array; labels: string[] } {
    const entries = [...this.#states].filter(
      ([, { label, note }]) => label !== '' && (note === 'cluster') === (how === 'with their clusters'),
    );
    return { rows: Int32Array.from(entries, ([row]) => row), labels: entries.map(([, { label }]) => label) };
  }

  /** The rows whose cluster was called mixed, by an action that stands. */
  get mixed(): Set<number> {
    return new Set(
      this.#actions.flatMap(({ entries }) =>
        entries.filter(({ note }) => note === 'mixed').map(({ row }) => row),
      ),
    );
  }
}

/**
 * Whether an entry is of the same action as those before it: a label of a cluster, after the row that it is given
 * with. Two processes may act in the same millisecond, but each writes all entries of an action at once.
 */
function continues({ entries }: LabelAction, { note, label, time }: LabelEntry): boolean {
  const last = entries.at(-1)!;
  return note === 'cluster' && last.label === label && last.time === time;
}
