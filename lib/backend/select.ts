import type { Addon, InstructionSet, Operations } from '../../binding.d.ts';
import { HandfulError, invalidArgument } from '../core/errors.ts';
import { memoryBudget } from '../core/memory.ts';
import { javascriptOperations } from './javascript/operations.ts';
import { withinMemory } from './memory-limit.ts';
import { loadAddon } from './native.ts';

export type { InstructionSet };
export type BackendName = 'native' | 'javascript';

/** What runs, and why not something faster. */
export interface BackendInfo {
  backend: BackendName;
  /** The instruction set in use; `'javascript'` on the JavaScript backend. */
  instructionSet: string;
  /** Threads that one operation uses; 1 on the JavaScript backend. */
  threads: number;
  /** Why nothing faster runs; undefined where nothing faster exists. */
  reason?: string;
  /** What the addon knows of the instruction sets of its family; empty where it can't be loaded. */
  instructionSets: InstructionSet[];
  /** Bytes that the calls under way may take together: `HANDFUL_MEMORY_LIMIT`, or what the machine or the container has. */
  memoryLimit: number;
}

interface ActiveBackend {
  name: BackendName;
  operations: Operations;
  addon?: Addon;
  reason?: string;
}

const BACKENDS: readonly string[] = ['native', 'javascript'];
const MAX_THREADS = 256;
/** `kColumnBlock` of native/kernels/kernels.h. */
const ADDON_COLUMN_BLOCK = 16;

let active: ActiveBackend | undefined;

/** The backend in use: at first the one of `HANDFUL_BACKEND`, else native where it loads, else JavaScript. */
export function activeBackend(): ActiveBackend {
  if (!active) {
    activate(process.env.HANDFUL_BACKEND || undefined, 'the environment variable HANDFUL_BACKEND');
    // Asked for where only JavaScript runs, they are an error: nothing is ignored in silence.
    applyEnvironment();
  }
  return active!;
}

function activate(name: unknown, source: string): void {
  active = chooseBackend(name, source);
  if (active.name === 'native') applyEnvironment();
}

let environmentApplied = false;

/** Takes up `HANDFUL_INSTRUCTION_SET` and `HANDFUL_THREADS`, once: what is set later by a call stays. */
function applyEnvironment(): void {
  if (environmentApplied) return;
  const { HANDFUL_INSTRUCTION_SET, HANDFUL_THREADS } = process.env;
  try {
    if (HANDFUL_INSTRUCTION_SET) useInstructionSet(HANDFUL_INSTRUCTION_SET, 'HANDFUL_INSTRUCTION_SET');
    if (HANDFUL_THREADS) useThreads(asNumber(HANDFUL_THREADS), 'HANDFUL_THREADS');
  } catch (error) {
    active = undefined;
    throw error;
  }
  environmentApplied = true;
}

function chooseBackend(name: unknown, source: string): ActiveBackend {
  if (name !== undefined && !BACKENDS.includes(name as string)) {
    throw invalidArgument(source, "'native' or 'javascript'", name);
  }
  // A wrong limit is an error before anything runs.
  memoryBudget();
  const javascript = { operations: withinMemory(javascriptOperations, 1) };
  if (name === 'javascript') return { name, ...javascript, reason: `${source} asks for JavaScript` };
  const loaded = loadAddon();
  if (loaded.addon) {
    return {
      name: 'native',
      operations: withinMemory(loaded.addon, ADDON_COLUMN_BLOCK),
      addon: loaded.addon,
    };
  }
  const { reason } = loaded;
  if (name === 'native')
    throw new HandfulError('ERR_BACKEND', `${source} asks for native, but ${reason}; ${MEND}`);
  warn(reason);
  return { name: 'javascript', ...javascript, reason };
}

/** The command that makes a binary for this platform. */
const MEND = 'with cmake and a C++20 compiler, this builds one: npx handful build-native';

let warned = false;

/** Says once that something slower runs than was to be expected, and how to mend it. */
function warn(reason: string): void {
  if (warned) return;
  warned = true;
  process.emitWarning(`The slower JavaScript backend runs, since ${reason}; ${MEND}`, {
    type: 'HandfulWarning',
    code: 'JAVASCRIPT_BACKEND',
    detail: 'HANDFUL_BACKEND=javascript asks for this backend, without a warning. handful doctor tells more.',
  });
}

/**
 * Uses the given backend from the next operation on. Matrices prepared for the other one must be prepared anew.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`; `ERR_BACKEND` where native can't be loaded, saying why
 */
export function setBackend(name: BackendName): void {
  activate(name, 'setBackend');
}

/**
 * Makes the native kernels use the given instruction set: for measuring and testing.
 * @throws HandfulError `ERR_INVALID_ARGUMENT` for an unknown name, `ERR_BACKEND` for one not supported here
 */
export function setInstructionSet(name: string): void {
  useInstructionSet(name, 'the instruction set');
}

function useInstructionSet(name: string, source: string): void {
  const addon = requireAddon('an instruction set');
  const sets = addon.instructionSets();
  const set = sets.find((candidate) => candidate.name === name);
  if (!set) {
    const known = sets.map((candidate) => `'${candidate.name}'`).join(', ');
    throw invalidArgument(source, `one of ${known}`, name);
  }
  if (!set.supported) {
    throw new HandfulError('ERR_BACKEND', `The instruction set '${name}' can't be used: ${set.reason}`);
  }
  addon.setInstructionSet(name);
}

/**
 * Lets one operation use that many threads, 1 to 256; the default is one for each physical core. Results are
 * the same bits for any number.
 * @throws HandfulError `ERR_INVALID_ARGUMENT`; `ERR_BACKEND` on the JavaScript backend, which has one thread
 */
export function setThreads(threads: number): void {
  useThreads(threads, 'threads');
}

/** A number where the text is one, else the text itself, for the error message. */
function asNumber(text: string): unknown {
  return Number.isNaN(Number(text)) ? text : Number(text);
}

function useThreads(given: unknown, source: string): void {
  const threads = given as number;
  if (!Number.isInteger(threads) || threads < 1 || threads > MAX_THREADS) {
    throw invalidArgument(source, `a whole number from 1 to ${MAX_THREADS}`, given);
  }
  if (threads === 1 && activeBackend().name === 'javascript') return;
  requireAddon('threads').setThreads(threads);
}

function requireAddon(what: string): Addon {
  const { addon, reason } = activeBackend();
  if (!addon) {
    throw new HandfulError('ERR_BACKEND', `Only the native backend lets you choose ${what}, but ${reason}`);
  }
  return addon;
}

/** Which backend runs, with which instruction set and threads, and why not a faster one. */
export function backendInfo(): BackendInfo {
  const { name, addon, reason } = activeBackend();
  const { addon: loadable } = loadAddon();
  const known = {
    instructionSets: loadable?.instructionSets() ?? [],
    memoryLimit: memoryBudget().limit.bytes,
  };
  if (!addon) return { backend: name, instructionSet: 'javascript', threads: 1, reason, ...known };
  const inUse = addon.instructionSet();
  const { instructionSets } = known;
  const faster = instructionSets.slice(instructionSets.findIndex((set) => set.name === inUse) + 1);
  return {
    backend: name,
    instructionSet: inUse,
    threads: addon.threads(),
    reason:
      faster.map((set) => `${set.name}: ${set.reason ?? 'supported, but not chosen'}`).join('; ') ||
      undefined,
    ...known,
  };
}
