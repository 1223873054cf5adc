import { printable } from '../../core/printable.ts';
import type { LabellingCommand, LabellingState, MemberState, PickState } from '../page-state.ts';
import { element, show } from './element.ts';
import { estimateWords } from './estimate-words.ts';
import { actionOfKey, type KeyAction, keyOfClass } from './keys.ts';
import { fetchState, fetchValues, send, watch } from './server.ts';

/** What the page remembers by itself: everything else is the server's. */
const view = {
  state: undefined as LabellingState | undefined,
  /** The row that keys are about. */
  current: undefined as number | undefined,
  grid: false,
  /** Whether the next class is for all members of the cluster that are shown. */
  cluster: false,
  /** What went wrong last. */
  trouble: '',
};

/** What is under way: things are done one after the other, in the order in which they were asked for. */
let queue: Promise<void> = Promise.resolve();

function inTurn(work: () => Promise<void>): void {
  queue = queue.then(work).catch((error: Error) => {
    // A fetch without an answer throws a TypeError.
    const advice =
      error instanceof TypeError
        ? '. Is handful label still running? Start it again, and open the address that it prints.'
        : '';
    view.trouble = `Not stored: ${error.message}${advice}`;
    render();
  });
}

const isOpen = ({ label, note }: PickState) => label === '' && (note === '' || note === 'mixed');
const isSkipped = ({ label, note }: PickState) => label === '' && note === 'skipped';

/** The pick to show after `row`: the next open one, from the start again at the end; then those that were skipped. */
function nextPick(picks: readonly PickState[], row: number | undefined): number | undefined {
  const place = picks.findIndex((pick) => pick.row === row);
  const inOrder = [...picks.slice(place + 1), ...picks.slice(0, place + 1)];
  return (inOrder.find(isOpen) ?? inOrder.find(isSkipped))?.row;
}

function currentPick(): PickState | undefined {
  return view.state?.picks.find(({ row }) => row === view.current);
}

function take(state: LabellingState): void {
  view.state = state;
  if (!currentPick()) view.current = nextPick(state.picks, undefined) ?? state.picks[0]?.row;
}

/** Has a command done, then says so, and goes on to the next pick where that one is finished with. */
function act(makeCommand: () => LabellingCommand | undefined): void {
  inTurn(async () => {
    const command = makeCommand();
    if (!command) return;
    const before = view.state!.picks;
    take(await send(command));
    view.trouble = '';
    const { picks } = view.state!;
    if (command.kind === 'undo') {
      const changed = picks.find((pick) => {
        const old = before.find(({ row }) => row === pick.row);
        return old && (old.label !== pick.label || old.note !== pick.note || old.mixed !== pick.mixed);
      });
      if (changed) view.current = changed.row;
      announce('Undone');
    } else if (command.kind === 'label') {
      announce(`Stored: ${command.label}${command.cluster ? ', for all shown' : ''}`);
    }
    if (command.kind === 'label' || command.kind === 'skip' || command.kind === 'unsure') {
      view.current = nextPick(picks, command.row) ?? view.current;
      view.cluster = false;
    }
    if (command.kind === 'more') view.current = nextPick(picks, view.current);
    render();
  });
}

function announce(text: string): void {
  show(place('said'), text);
}

/** @param name of the class, asked for when it is the turn of this: by then there may be others */
function labelCurrent(name: () => string | undefined, cluster = false): void {
  act(() => {
    const label = name();
    if (label === undefined || view.current === undefined) return undefined;
    return { kind: 'label', row: view.current, label, cluster: cluster || view.cluster };
  });
}

function sayOfCurrent(kind: 'skip' | 'unsure' | 'mixed'): void {
  act(() => (view.current === undefined ? undefined : { kind, row: view.current }));
}

function undo(): void {
  act(() => (view.state!.undo === undefined ? undefined : { kind: 'undo' }));
}

function toggleCluster(): void {
  inTurn(async () => {
    view.cluster = !view.cluster;
    render();
  });
}

/** Goes to another pick without saying anything of this one. */
function move(by: number): void {
  inTurn(async () => {
    const picks = view.state?.picks ?? [];
    const at = picks.findIndex(({ row }) => row === view.current);
    view.current = picks[Math.min(picks.length - 1, Math.max(0, at + by))]?.row;
    view.cluster = false;
    render();
    document.getElementById(`pick-${view.current}`)?.focus();
  });
}

const OBEY: Readonly<Record<Exclude<KeyAction['kind'], 'class'>, () => void>> = {
  skip: () => sayOfCurrent('skip'),
  unsure: () => sayOfCurrent('unsure'),
  mixed: () => sayOfCurrent('mixed'),
  cluster: toggleCluster,
  undo,
  new: () => place('new-class').focus(),
  next: () => move(1),
  previous: () => move(-1),
};

function obey(action: KeyAction): void {
  if (action.kind !== 'class') OBEY[action.kind]();
  else {
    const { index, cluster } = action;
    labelCurrent(() => view.state!.classes[index], cluster);
  }
}

function place(id: string): HTMLElement {
  return document.getElementById(id)!;
}

function key(text: string): HTMLElement {
  return element('kbd', { 'aria-hidden': 'true' }, text);
}

function picture({ row, name, label }: MemberState, large: boolean): HTMLElement {
  const alt = label === '' ? name : `${name}: ${label}`;
  if (view.state!.images)
    return element('img', { src: `image/${row}.png`, alt, title: alt, class: large ? 'large' : 'small' });
  const values = element('span', { class: large ? 'values' : 'values few', title: alt }, name);
  if (large) {
    fetchValues(row).then((numbers) => {
      show(values, `${name}: ${numbers.map((each) => Number(each.toPrecision(4))).join('  ')}`);
    });
  }
  return values;
}

function render(): void {
  const { state, trouble } = view;
  if (!state) return;
  const { picks } = state;
  const done = picks.filter((pick) => !isOpen(pick) && !isSkipped(pick)).length;
  document.title = `${done} of ${picks.length} · ${printable(state.title)}`;
  show(place('title'), state.title);
  const bar = place('bar') as HTMLProgressElement;
  bar.max = Math.max(1, picks.length);
  bar.value = done;
  const { labelledWithClusters } = state;
  place('count').textContent =
    `${done} of ${picks.length} done` +
    (labelledWithClusters > 0 ? `, ${labelledWithClusters} more labelled with their clusters` : '');
  const { figure, about } = estimateWords(state);
  place('figure').textContent = figure;
  place('about').textContent = about;
  show(place('file'), !state.trouble && `Every label is stored in ${state.file} before it is shown here.`);
  const fileTrouble = state.trouble && `Labels can't be stored now: ${state.trouble}`;
  show(place('trouble'), trouble || fileTrouble || state.failure || state.preparing || state.notice);
  place('trouble').hidden = place('trouble').textContent === '';
  place('work').hidden = picks.length === 0;
  renderPick();
  renderClasses(state);
  renderGrid(state);
}

function renderPick(): void {
  const pick = currentPick();
  place('one').hidden = view.grid;
  if (!pick || view.grid) return;
  const status = pick.label || (pick.note === '' ? 'no label yet' : pick.note);
  show(
    place('pick'),
    picture({ ...pick, label: '' }, true),
    element('figcaption', {}, element('span', { class: 'name' }, pick.name), ' · ', element('b', {}, status)),
  );
  place('cluster').hidden = pick.size === 0;
  if (pick.size === 0) return;
  const members = (title: string, list: readonly MemberState[]) =>
    list.length > 0 &&
    element(
      'div',
      { class: 'members' },
      element('h3', {}, title),
      element(
        'ul',
        {},
        list.map((member) => element('li', {}, picture(member, false), element('span', {}, member.label))),
      ),
    );
  show(
    place('cluster'),
    element('h2', {}, `Its cluster, ${pick.size.toLocaleString('en')} rows`),
    members('nearest', pick.nearest),
    members('farthest', pick.farthest),
    element(
      'div',
      { class: 'buttons' },
      button('all', 'All these', '=', toggleCluster, view.cluster),
      button('mixed', pick.mixed ? 'Called mixed' : 'Mixed', '-', () => sayOfCurrent('mixed'), pick.mixed),
    ),
    element(
      'p',
      { class: 'hint' },
      view.cluster
        ? 'The next class is for this row and for all that are shown here without a label.'
        : pick.mixed
          ? 'Its farthest members will be asked about too.'
          : 'Are they all of one class? Then one key labels them all.',
    ),
  );
}

function button(
  id: string,
  text: string,
  shortcut: string,
  click: () => void,
  pressed?: boolean,
): HTMLElement {
  return element(
    'button',
    { id, type: 'button', click, ...(pressed === undefined ? {} : { 'aria-pressed': String(pressed) }) },
    text,
    key(shortcut),
  );
}

function renderClasses({ classes, undo: undoable, picks }: LabellingState): void {
  const current = currentPick()?.label;
  show(
    place('classes'),
    ...classes.map((name, i) => {
      const shortcut = keyOfClass(i);
      return element(
        'button',
        {
          id: `class-${i}`,
          type: 'button',
          click: () => labelCurrent(() => name),
          'aria-pressed': String(name === current),
        },
        shortcut !== undefined && key(shortcut),
        element('span', {}, name),
      );
    }),
  );
  show(
    place('actions'),
    button('skip', 'Skip', 'space', () => sayOfCurrent('skip')),
    button('unsure', 'Not sure', '0', () => sayOfCurrent('unsure')),
    button('undo', undoable === undefined ? 'Undo' : `Undo: ${undoable}`, '⌫', undo),
    picks.every((pick) => !isOpen(pick)) &&
      element(
        'button',
        { id: 'more', type: 'button', click: () => act(() => ({ kind: 'more' })) },
        'Choose more rows',
      ),
  );
  (place('undo') as HTMLButtonElement).disabled = undoable === undefined;
}

function renderGrid({ picks }: LabellingState): void {
  place('grid').hidden = !view.grid;
  place('toggle').textContent = view.grid ? 'One at a time' : 'As a grid';
  if (!view.grid) return;
  show(
    place('grid'),
    ...picks.map((pick) =>
      element(
        'button',
        {
          id: `pick-${pick.row}`,
          type: 'button',
          class: isOpen(pick) ? 'cell' : 'cell done',
          'aria-current': pick.row === view.current ? 'true' : undefined,
          click: () => {
            view.current = pick.row;
            render();
          },
        },
        picture({ ...pick, label: '' }, false),
        element('span', {}, pick.label || pick.note || '\u00a0'),
      ),
    ),
  );
}

function refresh(): void {
  inTurn(async () => {
    take(await fetchState());
    view.trouble = '';
    render();
  });
}

place('toggle').addEventListener('click', () => {
  view.grid = !view.grid;
  render();
});
place('new').addEventListener('submit', (event) => {
  event.preventDefault();
  const input = place('new-class') as HTMLInputElement;
  const name = input.value.trim();
  input.value = '';
  input.blur();
  if (name !== '') labelCurrent(() => name);
});
document.addEventListener('keydown', (event) => {
  const target = event.target as HTMLElement;
  if (target.tagName === 'INPUT') {
    if (event.key === 'Escape') target.blur();
    return;
  }
  // Enter and Space press the button that has the focus; everything else is a shortcut wherever the focus is.
  if (event.key === ' ' && target.tagName === 'BUTTON') return;
  const action = actionOfKey(event);
  if (!action) return;
  event.preventDefault();
  obey(action);
});
watch(refresh, () => {
  view.trouble = 'The connection is lost: handful label does not answer. What is shown here is stored.';
  render();
});
refresh();
