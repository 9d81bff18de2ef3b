import { InvalidStateError } from '@weft/core';
import { type BrokerClient, brokerClient } from './broker-client.ts';
import { brokeredView } from './brokered-view.ts';
import type { MemoryBlock } from './memory-block.ts';

const PREFIX = 'weft-broker-';

/** Whether a name is one that the broker made up. */
export function isBrokered(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** A block of memory that the broker process keeps. */
export class BrokeredBlock implements MemoryBlock {
  readonly name: string;
  readonly size: number;
  readonly #view: Uint8Array;
  readonly #client: BrokerClient;
  readonly #id: number;
  #open = true;

  private constructor(client: BrokerClient, name: string, id: number, size: number) {
    this.name = name;
    this.size = size;
    this.#client = client;
    this.#id = id;
    this.#view = brokeredView('B', size, {
      read: (offset, length) => this.read(offset, length),
      write: (offset, bytes) => this.write(offset, bytes),
    });
  }

  static create(
    size: number,
    name: string = `${PREFIX}${process.pid}-${Math.random().toString(36).slice(2)}`,
  ): BrokeredBlock {
    const client = brokerClient();
    const { value } = client.ask(['createBlock', name, size]);
    return new BrokeredBlock(client, name, value, size);
  }

  static open(name: string): BrokeredBlock {
    const client = brokerClient();
    const { value, other } = client.ask(['openBlock', name]);
    return new BrokeredBlock(client, name, value, other as number);
  }

  /** Empty once it is closed. Views that were taken before cannot be read or written then. */
  get bytes(): Uint8Array {
    return this.#open ? this.#view : new Uint8Array();
  }

  get isOpen(): boolean {
    return this.#open;
  }

  read(offset: number, length: number): Buffer {
    this.#checkOpen();
    return Buffer.from(this.#client.ask(['read', this.#id, offset, length]).bytes as Uint8Array);
  }

  write(offset: number, bytes: Uint8Array): void {
    this.#checkOpen();
    this.#client.ask(['write', this.#id, offset, bytes]);
  }

  close(): void {
    this.#open = false;
  }

  unlink(): void {
    this.#client.ask(['unlinkBlock', this.name]);
  }

  #checkOpen(): void {
    if (!this.#open) throw new InvalidStateError(`Cannot use the shared memory ${this.name}: it is closed`);
  }
}
