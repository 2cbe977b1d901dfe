import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/** A proxy on the loopback interface. It answers CONNECT as a test wants. */
export interface HostileProxy {
  readonly port: number;
  /** How many connections it has received. */
  readonly connections: () => number;
  /** The heads of the requests that it has received. */
  readonly heads: string[];
  readonly close: () => Promise<void>;
}

/** @param answer called when it has read a whole CONNECT */
export const startProxy = async (answer: (socket: Socket) => void): Promise<HostileProxy> => {
  const heads: string[] = [];
  const sockets = new Set<Socket>();
  let connections = 0;
  const server = createServer((socket) => {
    connections += 1;
    sockets.add(socket);
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    let head = '';
    const read = (part: Buffer): void => {
      head += part.toString('latin1');
      if (!head.includes('\r\n\r\n')) return;
      socket.off('data', read);
      heads.push(head);
      answer(socket);
    };
    socket.on('data', read);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address ? address.port : 0,
    connections: () => connections,
    heads,
    close: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
};

/** Opens a tunnel to a port of this machine, whatever host was asked for. */
export const leadTo =
  (port: number) =>
  (socket: Socket): void => {
    const target = connect(port, '127.0.0.1');
    target.on('error', () => socket.destroy()).on('close', () => socket.destroy());
    socket.on('close', () => target.destroy());
    socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
    socket.pipe(target).pipe(socket);
  };
