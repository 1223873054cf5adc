/** What built-in functions look at, characters and elements: time grows with it, and it is the same on every machine. */

interface Looked {
  /** How much a call has looked at. */
  at(self: unknown, args: readonly unknown[], result: unknown): number;
}

type Measured = [object: object, name: string, looked: Looked['at']];

const whole = (self: string) => self.length;
const search = (self: string | unknown[], [, from = 0]: [unknown, number?], found: number) =>
  (found < 0 ? self.length : found) - from;

const MEASURED: readonly Measured[] = [
  [String.prototype, 'indexOf', search],
  [String.prototype, 'includes', whole],
  [String.prototype, 'split', whole],
  [String.prototype, 'trim', whole],
  [String.prototype, 'slice', (_self: string, _args: unknown[], result: string) => result.length],
  [Array.prototype, 'indexOf', search],
  [Array.prototype, 'join', (_self: unknown[], _args: unknown[], result: string) => result.length],
  [JSON, 'parse', (_self: unknown, [text]: [string]) => text.length],
  [RegExp.prototype, 'exec', lookedAtByPattern],
];

/** A global pattern goes on from where its last match ended: all of them, and the search that fails, see the text once. */
function lookedAtByPattern(self: RegExp, [text]: [string], match: RegExpExecArray | null): number {
  if (!match) return text.length;
  return match[0].length + (self.global ? 0 : match.index);
}

/** How much the built-in functions look at while `work` runs, which may succeed or fail. */
export async function lookedAt(work: () => Promise<unknown>): Promise<number> {
  let sum = 0;
  const restores = MEASURED.map(([object, name, looked]) => {
    const original = Reflect.get(object, name);
    Reflect.set(object, name, function (this: unknown, ...args: unknown[]) {
      const result = Reflect.apply(original, this, args);
      sum += looked(this, args, result);
      return result;
    });
    return () => Reflect.set(object, name, original);
  });
  await work().catch(() => {});
  for (const restore of restores) restore();
  return sum;
}
