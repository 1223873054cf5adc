import type { LabellingCommand, LabellingState } from '../page-state.ts';

/** What is there to show now. */
export async function fetchState(): Promise<LabellingState> {
  return answerOf(await fetch('state'));
}

/** Has something done; answers when it is on disk. */
export async function send(command: LabellingCommand): Promise<LabellingState> {
  return answerOf(await fetch('command', { method: 'POST', body: JSON.stringify(command) }));
}

async function answerOf(response: Response): Promise<LabellingState> {
  if (!response.ok) throw new Error(await response.text());
  return response.json();
}

/** The first numbers of a row that is no image. */
export async function fetchValues(row: number): Promise<number[]> {
  return (await fetch(`row/${row}`)).json();
}

/** Calls back at every change on the server, and when the server is lost. */
export function watch(onChange: () => void, onLost: () => void): void {
  const source = new EventSource('changes');
  source.addEventListener('message', onChange);
  source.addEventListener('error', onLost);
}
