import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived. */
export interface Echoed {
  /** The path without `/api/v1`. */
  readonly path: string;
  /** The Authorization header, the whole head, and the body. */
  readonly text: string;
  /** How many requests came before it. */
  readonly number: number;
}

export interface EchoServer {
  readonly url: string;
  readonly requests: () => number;
  close(): Promise<void>;
}

const textOf = async (message: IncomingMessage): Promise<string> => {
  const { method, url, rawHeaders, headers } = message;
  const chunks: Buffer[] = [];
  for await (const chunk of message as AsyncIterable<Buffer>) chunks.push(chunk);
  const lines = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [`${name}: ${rawHeaders[at + 1] ?? ''}`] : [],
  );
  return [headers.authorization, `${method} ${url}`, ...lines, '', Buffer.concat(chunks)].join('\r\n');
};

/** A server that sends back what it receives: in its headers, and in the body as the test says. */
export const startEcho = async (
  answer: (request: Echoed) => { readonly status: number; readonly body: string },
): Promise<EchoServer> => {
  let requests = 0;
  const server = createServer((message, response) => {
    const number = requests;
    requests += 1;
    void textOf(message).then((text) => {
      const path = (message.url ?? '').replace(/^\/api\/v1|\?.*$/g, '');
      const { status, body } = answer({ path, text, number });
      const said = message.headers.authorization;
      response.writeHead(status, { 'content-type': 'application/json', 'x-echo': said, ratelimit: said });
      response.end(body);
    });
  });
  // As a proxy, it opens no tunnel, and its answer has what it received.
  server.on('connect', (message, socket) => {
    requests += 1;
    const said = message.headers['proxy-authorization'] ?? '';
    socket.end(`HTTP/1.1 407 No ${said}\r\nx-echo: ${said}\r\ncontent-length: ${said.length}\r\n\r\n${said}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`,
    requests: () => requests,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
