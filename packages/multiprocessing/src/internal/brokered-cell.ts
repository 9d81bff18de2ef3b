import type { BrokerRequest } from './broker-protocol.ts';
import { type BrokerClient, brokerClient } from './broker-client.ts';
import { brokeredView } from './brokered-view.ts';
import { NO_WAIT, type Wake } from './cell-memory.ts';
import { Cell, type Operation } from './cell.ts';
import type { Message } from './message-store.ts';
import { noteHandle } from './handles.ts';
import { numberOf } from './operation-table.ts';
import { heardFrom } from './parking-ears.ts';
import type { Typecode, TypedArrayOf } from './typecodes.ts';

const PREFIX = 'broker:';
const SEPARATOR = ':';

const open = new Map<string, WeakRef<BrokeredCell>>();
const unreachable = new FinalizationRegistry<() => void>((leave) => leave());
let leavesAtExit = false;

/** Whether a name is that of a cell in a broker. */
export function isBrokered(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** A cell that the broker process keeps: each step is a question to it. */
export class BrokeredCell extends Cell {
  readonly words: undefined;
  readonly reaps = false;
  readonly member: number;
  readonly #client: BrokerClient;
  readonly #id: number;
  #incoming: Message | undefined;

  private constructor(client: BrokerClient, id: number, member: number) {
    super();
    this.#client = client;
    this.#id = id;
    this.member = member;
    client.listen(heardFrom);
    open.set(this.name, new WeakRef(this));
    const { name } = this;
    unreachable.register(this, () => {
      // Received again meanwhile, it has another object here.
      if (open.get(name)?.deref() !== undefined) return;
      open.delete(name);
      tell(client, ['leave', id]);
    });
    if (!leavesAtExit) process.on('exit', leaveAll);
    leavesAtExit = true;
  }

  /** Gives up what is held here. */
  leave(): void {
    tell(this.#client, ['leave', this.#id]);
  }

  get name(): string {
    return `${PREFIX}${this.#client.folder}${SEPARATOR}${this.#id}`;
  }

  static create(kind: number, state: readonly number[], extra: number): BrokeredCell {
    const client = brokerClient();
    const { value: id, other: member } = client.ask(['create', kind, state, extra]);
    return new BrokeredCell(client, id, member as number);
  }

  static receive(name: string): BrokeredCell {
    const end = name.lastIndexOf(SEPARATOR);
    const client = brokerClient(name.slice(PREFIX.length, end));
    const id = Number(name.slice(end + 1));
    const { value: member } = client.ask(['open', id, true]);
    return open.get(name)?.deref() ?? new BrokeredCell(client, id, member);
  }

  run(operation: Operation, value = 0, wake: Wake = NO_WAIT, outgoing?: Message): number {
    const reply = this.#client.ask(['run', this.#id, numberOf(operation), value, wake, outgoing?.bytes]);
    if (reply.bytes !== undefined) this.#incoming = { bytes: reply.bytes, length: reply.bytes.length };
    return reply.value;
  }

  takeIncoming(): Message {
    const message = this.#incoming as Message;
    this.#incoming = undefined;
    return message;
  }

  load(at: number): number {
    return this.#client.ask(['load', this.#id, at]).value;
  }

  sleep(slot: number, state: number, milliseconds: number): void {
    this.#client.ask(['sleep', this.#id, slot, state, milliseconds]);
  }

  send(): string {
    this.#client.ask(['send', this.#id]);
    noteHandle(this);
    return this.name;
  }

  takeBack(): void {
    tell(this.#client, ['takeBack', this.#id]);
  }

  protected agentOf(member: number): number {
    return this.#client.ask(['agent', this.#id, member]).value;
  }

  view<C extends Typecode>(typecode: C, length: number): TypedArrayOf<C> {
    return brokeredView(typecode, length, {
      read: (offset, size) => this.#bytes(['read', this.#id, offset, size]),
      write: (offset, bytes) => void this.#client.ask(['write', this.#id, offset, bytes]),
    });
  }

  prepare(bytes: Uint8Array): Message {
    return { bytes, length: bytes.length };
  }

  discard(): void {}

  unwrap({ bytes }: Message): Buffer {
    const { buffer, byteOffset, byteLength } = bytes as Uint8Array<ArrayBuffer>;
    return Buffer.from(buffer, byteOffset, byteLength);
  }

  #bytes(request: BrokerRequest): Uint8Array {
    return this.#client.ask(request).bytes as Uint8Array;
  }
}

function tell(client: BrokerClient, request: BrokerRequest): void {
  try {
    client.ask(request);
  } catch {
    // The broker is gone, and everything with it.
  }
}

// Who only closed the connection would be taken for dead.
function leaveAll(): void {
  for (const cell of open.values()) cell.deref()?.leave();
}
