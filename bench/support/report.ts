import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { writeWholeFile } from '../../lib/core/files.ts';
import { type Effort, QUICK, THOROUGH } from './measure.ts';

/** What the programs here may be told. */
export interface Settings {
  /** A glance at tiny sizes, to see that everything runs; its figures mean nothing. */
  quick: boolean;
  /** Also what takes minutes for one trial. */
  full: boolean;
  effort: Effort;
  /** Only workloads whose title matches. */
  only: RegExp;
  /** Where to write the figures as JSON. */
  json?: string;
  /** Whether to put the text into docs/performance.md. */
  writeDocs: boolean;
}

const HELP = `Options:
  --quick       tiny sizes, a glance each: shows that everything runs, its figures mean nothing
  --full        (bench:peers) also scikit-learn's whole fit on 60,000 rows, minutes
  --only WORDS  only workloads whose title matches this regular expression
  --json FILE   write the figures there
  --write-docs  put the tables into docs/performance.md
  --help        this text
`;

const OPTIONS = {
  quick: { type: 'boolean', default: false },
  full: { type: 'boolean', default: false },
  only: { type: 'string', default: '' },
  json: { type: 'string' },
  'write-docs': { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

/** The settings that the command line asks for; ends the process after `--help` and at what it does not know. */
export function settingsFromCommandLine(): Settings {
  const { values } = parsedOrExit();
  if (values.help) {
    process.stdout.write(HELP);
    process.exit(0);
  }
  return {
    quick: values.quick,
    full: values.full,
    effort: values.quick ? QUICK : THOROUGH,
    only: new RegExp(values.only, 'i'),
    json: values.json,
    writeDocs: values['write-docs'],
  };
}

function parsedOrExit() {
  try {
    return parseArgs({ options: OPTIONS });
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n${HELP}`);
    process.exit(2);
  }
}

/** Text for a reader that grows while the program runs, and figures for programs. */
export class Report {
  readonly #name: string;
  readonly #settings: Settings;
  readonly #parts: string[] = [];

  /** @param name of the program: its section in docs/performance.md */
  constructor(name: string, settings: Settings) {
    this.#name = name;
    this.#settings = settings;
    if (settings.quick) this.say('**--quick: tiny sizes, a glance each; these figures mean nothing.**');
  }

  /** Prints a paragraph, table or heading, and keeps it. */
  say(part: string): void {
    process.stdout.write(`${part}\n\n`);
    this.#parts.push(part);
  }

  /** Writes the files that were asked for. */
  async finish(figures: object): Promise<void> {
    const { json, writeDocs } = this.#settings;
    if (json !== undefined) await writeWholeFile(json, `${JSON.stringify(figures, null, 2)}\n`);
    if (writeDocs) await writeSection('docs/performance.md', this.#name, this.#parts.join('\n\n'));
  }
}

const repository = fileURLToPath(new URL('../../', import.meta.url));

/** Puts text between the two markers that name a section of a page; `path` is the page's in the repository. */
export async function writeSection(path: string, name: string, text: string): Promise<void> {
  const page = await readFile(repository + path, 'utf8');
  const [start, end] = [`<!-- ${name} -->`, `<!-- end of ${name} -->`];
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`${path} lacks the markers ${start} and ${end}`);
  const written = `${page.slice(0, from + start.length)}\n\n${text}\n\n${page.slice(to)}`;
  await writeWholeFile(repository + path, written);
}
