import { Command } from 'commander';
import { HandfulError } from '../core/errors.ts';

/** How commander words what is wrong with a command line, and how handful does. */
const WORDINGS: readonly (readonly [theirs: RegExp, ours: string])[] = [
  [/^missing required argument '(.+)'$/s, 'Expected an argument <$1>'],
  [/^required option '(.+)' not specified$/s, 'Expected the option $1'],
  [/^option '(.+)' argument missing$/s, 'Expected a value for $1'],
  [/^unknown option '(.+?)'(.*)$/s, "Expected an option of this command but received '$1'$2"],
  [/^unknown command '(.+?)'(.*)$/s, "Expected a command but received '$1'$2"],
  [/^too many arguments(?: for '.+')?\. Expected (.+) but got (.+)\.$/s, 'Expected $1 but received $2'],
  [/^option '(.+?)' argument '(.*)' is invalid\. Expected (.+)\.$/s, "Expected $3 for $1 but received '$2'"],
  [
    /^command-argument value '(.*)' is invalid for argument '(.+?)'\. Expected (.+)\.$/s,
    "Expected $3 for <$2> but received '$1'",
  ],
  [/^o(ption '.+?' cannot be used with option '.+')$/s, 'O$1'],
];

/** A command whose usage errors are HandfulErrors, as all others are. */
export class HandfulCommand extends Command {
  override createCommand(name?: string): HandfulCommand {
    return new HandfulCommand(name);
  }

  /** @throws HandfulError `ERR_INVALID_ARGUMENT` */
  override error(message: string): never {
    // A guess at what was meant follows in a line of its own.
    const text = message
      .replace(/^error: /, '')
      .replaceAll('\n', ' ')
      .replace('is invalid. Allowed choices are', 'is invalid. Expected one of');
    const [theirs, ours] = WORDINGS.find(([theirs]) => theirs.test(text)) ?? [/^/, ''];
    throw new HandfulError('ERR_INVALID_ARGUMENT', text.replace(theirs, ours));
  }
}
