/** Where to listen or connect: the path of a Unix socket or named pipe, or a host and a port. */
export type Address = string | readonly [host: string, port: number];

/** An address as `node:net` takes it. */
export function addressOptions(address: Address): { path: string } | { host: string; port: number } {
  if (typeof address === 'string' && address !== '') return { path: address };
  if (Array.isArray(address) && address.length === 2) {
    const [host, port] = address as [string, number];
    if (typeof host === 'string' && Number.isInteger(port) && port >= 0 && port <= 65_535) return { host, port };
  }
  throw new TypeError(`Cannot use ${JSON.stringify(address)} as an address: it must be a path or [host, port]`);
}

/** A key that a user gave, as bytes. */
export function keyBytes(key: Uint8Array | string | undefined): Uint8Array | undefined {
  if (key === undefined) return undefined;
  if (typeof key === 'string') return Buffer.from(key);
  if (key instanceof Uint8Array) return key;
  throw new TypeError(`Cannot use ${typeof key} as authkey: it must be a Uint8Array or a string`);
}
