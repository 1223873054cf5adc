/** The keys of classes, in their order: 1 to 9, then a to z. */
const CLASS_KEYS = '123456789abcdefghijklmnopqrstuvwxyz';

/** The key of the i-th class; undefined beyond the last. */
export function keyOfClass(i: number): string | undefined {
  return CLASS_KEYS[i];
}

/** What a key asks for. */
export type KeyAction =
  | { kind: 'class'; index: number; cluster: boolean }
  | { kind: 'skip' | 'unsure' | 'mixed' | 'cluster' | 'undo' | 'new' | 'next' | 'previous' };

const ACTIONS: Readonly<Record<string, Exclude<KeyAction['kind'], 'class'>>> = {
  ' ': 'skip',
  '0': 'unsure',
  '-': 'mixed',
  '=': 'cluster',
  Backspace: 'undo',
  '/': 'new',
  ArrowRight: 'next',
  ArrowLeft: 'previous',
};

/**
 * What a key asks for, undefined where nothing: a class, with Shift for all members of the cluster that are shown, or
 * something else.
 */
export function actionOfKey({
  key,
  code,
  shiftKey,
  ctrlKey,
  metaKey,
  altKey,
}: KeyboardEvent): KeyAction | undefined {
  if (ctrlKey || metaKey || altKey) return undefined;
  const kind = ACTIONS[key];
  if (kind) return { kind };
  // With Shift a digit is another character, which depends on the keyboard; its place does not.
  const digit = /^Digit([1-9])$/.exec(code)?.[1];
  const index = CLASS_KEYS.indexOf(key.length === 1 ? (digit ?? key.toLowerCase()) : '–');
  return index < 0 ? undefined : { kind: 'class', index, cluster: shiftKey };
}
