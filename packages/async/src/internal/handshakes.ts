import type { Socket } from 'node:net';

/** How long a handshake may still take once its server is closed, in milliseconds. */
const PATIENCE = 1_000;

/** The connections of a TLS server that are not encrypted yet. No handler knows them, and nobody else would end them. */
export class Handshakes {
  readonly #sockets = new Map<string, Socket>();
  #timer: NodeJS.Timeout | undefined = undefined;

  begin(socket: Socket): void {
    socket.once('close', () => this.done(socket));
    this.#sockets.set(peerOf(socket), socket);
  }

  /** @param socket The encrypted one is an object of its own, with the same peer. */
  done(socket: Socket): void {
    this.#sockets.delete(peerOf(socket));
    if (this.#sockets.size === 0) clearTimeout(this.#timer);
  }

  /** Lets those that are under way come to their end, but not for long. */
  end(): void {
    if (this.#sockets.size > 0) this.#timer ??= setTimeout(() => this.abort(), PATIENCE);
  }

  /** Ends them at once. */
  abort(): void {
    for (const socket of this.#sockets.values()) socket.destroy();
  }
}

function peerOf({ remoteAddress, remotePort }: Socket): string {
  return `${remoteAddress} ${remotePort}`;
}
