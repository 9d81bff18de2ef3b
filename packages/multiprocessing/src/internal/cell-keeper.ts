import type { BrokerReply, BrokerRequest } from './broker-protocol.ts';
import { CellMemory } from './cell-memory.ts';
import { kinds } from './kinds.ts';
import {
  AT_EXPORTS,
  AT_IMPORTS,
  AT_KIND,
  AT_MEMBERS,
  AT_SLOTS,
  AT_STATE,
  CELL_BYTES,
  MEMBERS,
  MEMBER_ID,
  MEMBER_START,
  MEMBER_WORDS,
  SLOT_WAKE,
  SLOT_WORDS,
} from './layout.ts';
import { MessageStore } from './message-store.ts';
import { HeapChunks } from './heap-chunks.ts';
import { operationOf } from './operation-table.ts';

const LOOK = 5000;

interface Kept {
  readonly memory: CellMemory;
  readonly extra: Uint8Array;
  /** Those who sleep on a slot. */
  readonly sleepers: Map<number, () => void>;
}

/** The cells and blocks of a broker. */
export class CellKeeper {
  readonly #cells = new Map<number, Kept>();
  readonly #blocks = new Map<string, number>();
  readonly #gone = new Set<number>();
  /** The threads of clients. */
  readonly #agents = new Map<number, number>();
  readonly #ring: (client: number, wake: number) => void;
  #last = 0;

  /** @param ring Tells a client that its wait with this number may have ended. */
  constructor(ring: (client: number, wake: number) => void) {
    this.#ring = ring;
    // What changes by itself, as time passes: nobody else looks.
    setInterval(() => this.#notice(), LOOK).unref();
  }

  answer(client: number, request: BrokerRequest): BrokerReply | Promise<BrokerReply> {
    switch (request[0]) {
      case 'hello':
        this.#agents.set(client, request[1]);
        return { value: client };
      case 'bell':
        return { value: client };
      case 'create': {
        // Opened in the same step: a cell that nobody has open goes when any client does.
        const id = this.#create(request[1], request[2], request[3]);
        return { value: id, other: this.#open(client, id, false) };
      }
      case 'open':
        return { value: this.#open(client, request[1], request[2]) };
      case 'send':
        increase(this.#find(request[1]).memory.words, AT_EXPORTS);
        return { value: 0 };
      case 'takeBack':
        increase(this.#find(request[1]).memory.words, AT_EXPORTS, -1);
        return { value: 0 };
      case 'leave':
        this.#leave(client, request[1]);
        return { value: 0 };
      case 'run':
        return this.#run(client, request[1], request[2], request[3], request[4], request[5]);
      case 'load':
        return { value: this.#find(request[1]).memory.words[request[2]] as number };
      case 'agent':
        return { value: this.#agents.get(clientOf(this.#find(request[1]).memory.words, request[2])) ?? 0 };
      case 'sleep':
        return this.#sleep(this.#find(request[1]), request[2], request[3], request[4]);
      case 'read':
        return { value: 0, bytes: this.#find(request[1]).extra.slice(request[2], request[2] + request[3]) };
      case 'write':
        this.#find(request[1]).extra.set(request[3], request[2]);
        return { value: 0 };
      case 'createBlock':
        if (this.#blocks.has(request[1]))
          throw failure('EEXIST', `Cannot create the shared memory ${JSON.stringify(request[1])}: the name is taken`);
        this.#blocks.set(request[1], this.#createBlock(request[1], request[2]));
        return { value: this.#blocks.get(request[1]) as number, other: request[2] };
      case 'openBlock':
        return { value: this.#block(request[1]), other: this.#find(this.#block(request[1])).extra.length };
      case 'unlinkBlock':
        this.#block(request[1]);
        this.#blocks.delete(request[1]);
        return { value: 0 };
    }
  }

  /** Clears up after a client that is gone. */
  forget(client: number): void {
    this.#gone.add(client);
    this.#agents.delete(client);
    for (const [id, kept] of this.#cells) {
      kept.memory.reap();
      this.#settle(kept);
      this.#dropIfUnused(id, kept);
    }
  }

  #notice(): void {
    for (const kept of this.#cells.values()) {
      kept.memory.kind?.notice?.(kept.memory);
      this.#settle(kept);
    }
  }

  #create(kind: number, state: readonly number[], extra: number): number {
    this.#last += 1;
    const memory = new CellMemory(new Int32Array(CELL_BYTES / 4), kinds, (client) => this.#gone.has(client));
    memory.words.set(state, AT_STATE);
    memory.words[AT_KIND] = kind;
    memory.store = new MessageStore(new HeapChunks());
    this.#cells.set(this.#last, { memory, extra: new Uint8Array(extra), sleepers: new Map() });
    return this.#last;
  }

  #createBlock(name: string, size: number): number {
    try {
      return this.#create(-1, [], size);
    } catch (cause) {
      if (!(cause instanceof RangeError)) throw cause;
      const where = `the shared memory ${JSON.stringify(name)}`;
      throw failure('ENOSPC', `Cannot reserve ${size} bytes for ${where}: the broker has not enough memory`);
    }
  }

  #open(client: number, id: number, received: boolean): number {
    const { words } = this.#find(id).memory;
    if (received) increase(words, AT_IMPORTS);
    let free = -1;
    for (let member = 0; member < MEMBERS; member += 1) {
      const owner = clientOf(words, member);
      if (owner === client) return member;
      if (owner === 0 && free < 0) free = member;
    }
    if (free < 0)
      throw new RangeError(`Cannot share a primitive among more than ${MEMBERS} threads and processes at once`);
    words[AT_MEMBERS + free * MEMBER_WORDS + MEMBER_ID] = client;
    words[AT_MEMBERS + free * MEMBER_WORDS + MEMBER_START] = 1;
    return free;
  }

  #leave(client: number, id: number): void {
    const kept = this.#find(id);
    kept.memory.bury(this.#open(client, id, false), true);
    this.#settle(kept);
    this.#dropIfUnused(id, kept);
  }

  #run(
    client: number,
    id: number,
    operation: number,
    value: number,
    wake: number,
    bytes: Uint8Array | undefined,
  ): BrokerReply {
    const kept = this.#find(id);
    const { memory } = kept;
    memory.outgoing = bytes && { bytes, length: bytes.length };
    try {
      const result = operationOf(operation)(memory, this.#open(client, id, false), value, wake);
      return { value: result, bytes: memory.incoming?.bytes };
    } catch (error) {
      memory.rollBack();
      throw error;
    } finally {
      memory.incoming = undefined;
      this.#settle(kept);
    }
  }

  /** Makes final what was done, and wakes those whom it lets go on. */
  #settle({ memory, sleepers }: Kept): void {
    memory.commit();
    memory.vacate(-1);
    memory.forgotten.length = 0;
    for (const act of memory.afterwards.splice(0)) act();
    for (const slot of memory.granted.splice(0)) {
      const wake = memory.words[AT_SLOTS + slot * SLOT_WORDS + SLOT_WAKE] as number;
      const client = clientOf(memory.words, memory.memberOf(slot));
      if (wake > 0) this.#ring(client, wake);
      else sleepers.get(slot)?.();
    }
  }

  #sleep(
    { memory, sleepers }: Kept,
    slot: number,
    state: number,
    milliseconds: number,
  ): BrokerReply | Promise<BrokerReply> {
    if (memory.stateOf(slot) !== state) return { value: 0 };
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        sleepers.delete(slot);
        resolve({ value: 0 });
      };
      const timer = setTimeout(wake, milliseconds);
      sleepers.set(slot, wake);
    });
  }

  #dropIfUnused(id: number, { memory }: Kept): void {
    const { words } = memory;
    if (words[AT_KIND] === -1 || (words[AT_EXPORTS] as number) > (words[AT_IMPORTS] as number)) return;
    for (let member = 0; member < MEMBERS; member += 1) if (clientOf(words, member) !== 0) return;
    this.#cells.delete(id);
  }

  #block(name: string): number {
    const id = this.#blocks.get(name);
    if (id === undefined)
      throw failure('ENOENT', `Cannot open the shared memory ${JSON.stringify(name)}: there is none of this name`);
    return id;
  }

  #find(id: number): Kept {
    const kept = this.#cells.get(id);
    if (kept === undefined) throw failure('ENOENT', 'Cannot open what was shared: nobody has it any more');
    return kept;
  }
}

function failure(code: string, message: string): Error {
  return Object.assign(new Error(message), { code });
}

function clientOf(words: Int32Array, member: number): number {
  return words[AT_MEMBERS + member * MEMBER_WORDS + MEMBER_ID] as number;
}

function increase(words: Int32Array, at: number, by = 1): void {
  words[at] = (words[at] as number) + by;
}
