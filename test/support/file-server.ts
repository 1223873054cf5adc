import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request; `name` is the last part of its path. */
export type Answer = (request: IncomingMessage, response: ServerResponse, name: string) => void;

/** A server on this machine alone, and what it was asked. */
export interface FileServer {
  /** Its address, ending in a slash. */
  address: string;
  /** `NAME` or `NAME RANGE` of each request so far. */
  requests: string[];
  close(): Promise<void>;
}

/** Starts a server whose requests are answered by `answer`. */
export async function serve(answer: Answer): Promise<FileServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const name = request.url!.split('/').at(-1)!;
    requests.push([name, request.headers.range].filter(Boolean).join(' '));
    answer(request, response, name);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Sends files by name, whole or, unless `ranges` is false, the range asked for. */
export function sendFiles(files: Record<string, Uint8Array>, ranges = true): Answer {
  return (request, response, name) => {
    const content = files[name];
    if (!content) {
      response.writeHead(404).end();
      return;
    }
    const from = ranges ? Number(request.headers.range?.match(/^bytes=(\d+)-$/)?.[1] ?? 0) : 0;
    if (from >= content.length) {
      response.writeHead(416, { 'content-range': `bytes */${content.length}` }).end();
      return;
    }
    const headers = { 'content-length': content.length - from };
    if (from === 0) response.writeHead(200, headers);
    else {
      const range = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(206, { ...headers, 'content-range': range });
    }
    response.end(content.subarray(from));
  };
}
