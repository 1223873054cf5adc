import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { HandfulError } from '../core/errors.ts';
import { formatPng } from '../report/kit/contact-sheet.ts';
import { pictureOfImage } from '../report/kit/picture.ts';
import { LABELLING_PAGE } from './labelling-page.ts';
import type { LabellingSession } from './labelling-session.ts';
import type { LabellingCommand } from './page-state.ts';

/** Reachable from this machine alone. */
const LOOPBACK = '127.0.0.1';

/** More than any command has. */
const MAX_BODY_BYTES = 10_000;

/** What the page may load: its own script and images, from here. No other page may hold it in a frame. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Serves the page of a session on this machine, to whoever knows its address. */
export class LabellingServer {
  readonly #session: LabellingSession;
  readonly #server: Server;
  readonly #token = randomBytes(16).toString('base64url');
  readonly #readScript: () => Promise<string>;
  readonly #listeners = new Set<ServerResponse>();
  #script = '';

  /** @param readScript where the script of the page comes from */
  constructor(session: LabellingSession, readScript: () => Promise<string> = readPageScript) {
    this.#session = session;
    this.#readScript = readScript;
    this.#server = createServer((request, response) => {
      this.#answer(request, response).catch((error) => fail(response, error));
    });
    session.on('change', () => this.#tellAll());
  }

  /**
   * Starts to serve.
   * @param port 0 for any that is free
   * @returns the address, with the token that it takes to be let in
   * @throws HandfulError `ERR_FILE` where the port can't be had, or the page's script is not built
   */
  async listen(port: number): Promise<string> {
    this.#script = await this.#readScript();
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', (error) =>
        reject(new HandfulError('ERR_FILE', `Port ${port} can't be had: ${error.message}`, { cause: error })),
      );
      this.#server.listen(port, LOOPBACK, resolve);
    });
    return `http://${this.#host}/${this.#token}/`;
  }

  get #host(): string {
    return `${LOOPBACK}:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Ends all connections. */
  async close(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // Another name for this address would be a page of somebody else (DNS rebinding).
    const [, token, ...rest] = (request.url ?? '').split('/');
    if (request.headers.host !== this.#host || token !== this.#token) return end(response, 404, 'Not found');
    const path = rest.join('/');
    if (request.method === 'POST' && path === 'command') return this.#do(request, response);
    if (request.method !== 'GET') return end(response, 405, 'Method not allowed');
    if (path === '') return end(response, 200, LABELLING_PAGE, 'text/html; charset=utf-8');
    if (path === 'page.js') return end(response, 200, this.#script, 'text/javascript; charset=utf-8');
    if (path === 'state') return this.#sendState(response);
    if (path === 'changes') return this.#listen(response);
    const [, row] = /^image\/(\d+)\.png$/.exec(path) ?? [];
    if (row !== undefined) return this.#sendImage(response, Number(row));
    const [, vector] = /^row\/(\d+)$/.exec(path) ?? [];
    if (vector !== undefined) return this.#sendRow(response, Number(vector));
    end(response, 404, 'Not found');
  }

  async #do(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const origin = request.headers.origin;
    if (origin !== undefined && origin !== `http://${this.#host}`) return end(response, 403, 'Forbidden');
    await this.#session.do(checkCommand(await bodyOf(request)));
    await this.#sendState(response);
  }

  async #sendState(response: ServerResponse): Promise<void> {
    end(response, 200, JSON.stringify(await this.#session.state()), 'application/json');
  }

  /** Tells a page of every change from now on (server-sent events). */
  #listen(response: ServerResponse): void {
    response.writeHead(200, { ...HEADERS, 'content-type': 'text/event-stream' });
    response.write('data: change\n\n');
    this.#listeners.add(response);
    response.on('close', () => this.#listeners.delete(response));
  }

  #tellAll(): void {
    for (const response of this.#listeners) response.write('data: change\n\n');
  }

  #sendImage(response: ServerResponse, row: number): void {
    const { X, image } = this.#session.plan.data;
    if (!image || row >= X.shape[0]) end(response, 404, 'Not found');
    else end(response, 200, formatPng(pictureOfImage(X, row, image)), 'image/png');
  }

  /** The numbers of a row that is no image. */
  #sendRow(response: ServerResponse, row: number): void {
    const { X } = this.#session.plan.data;
    const [rows, columns] = X.shape;
    const values = Array.from(
      X.data.subarray(row * columns, row * columns + Math.min(columns, MAX_SHOWN_VALUES)),
    );
    if (row >= rows) end(response, 404, 'Not found');
    else end(response, 200, JSON.stringify(values), 'application/json');
  }
}

/** Numbers of a vector that a page shows. */
const MAX_SHOWN_VALUES = 64;

const HEADERS = {
  'cache-control': 'no-store',
  'content-security-policy': POLICY,
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
};

function end(response: ServerResponse, status: number, body: string | Uint8Array, type = 'text/plain'): void {
  response.writeHead(status, { ...HEADERS, 'content-type': type });
  response.end(body);
}

function fail(response: ServerResponse, error: unknown): void {
  const known = error instanceof HandfulError;
  const status = known && error.code === 'ERR_INVALID_ARGUMENT' ? 400 : 500;
  if (!response.headersSent) end(response, status, known ? error.message : String(error));
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request.setEncoding('utf8')) {
    body += chunk;
    if (body.length > MAX_BODY_BYTES)
      throw new HandfulError('ERR_INVALID_ARGUMENT', 'The command is too long');
  }
  return body;
}

/** @throws HandfulError `ERR_INVALID_ARGUMENT` */
function checkCommand(text: string): LabellingCommand {
  let command: Partial<Record<string, unknown>>;
  try {
    command = JSON.parse(text) ?? {};
  } catch {
    command = {};
  }
  const { kind, row, label, cluster } = command;
  if (kind === 'undo' || kind === 'more') return { kind };
  if (Number.isInteger(row)) {
    if (kind === 'skip' || kind === 'unsure' || kind === 'mixed') return { kind, row: row as number };
    const name = typeof label === 'string' ? label.trim() : '';
    if (kind === 'label' && name !== '')
      return { kind, row: row as number, label: name, cluster: cluster === true };
  }
  throw new HandfulError('ERR_INVALID_ARGUMENT', `'${text.slice(0, 100)}' is no command`);
}

/** The page's script, which is built beside the command line. */
async function readPageScript(): Promise<string> {
  try {
    return await readFile(createRequire(import.meta.url).resolve('#labelling-page'), 'utf8');
  } catch (error) {
    throw new HandfulError('ERR_FILE', 'The labelling page is not built: npm run build:library builds it', {
      cause: error,
    });
  }
}
