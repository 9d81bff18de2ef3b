import { inspect } from 'node:util';
import type { WaitOptions } from '../../src/wait-options.ts';
import { Line, checked } from './line.ts';

/** An event of one thread, made of promises. */
export class Event {
  protected readonly line = new Line<boolean>();
  protected flag = false;

  set(): void {
    this.flag = true;
    for (const waiter of this.line.waiters.slice()) waiter.grant(true);
  }

  clear(): void {
    this.flag = false;
  }

  isSet(): boolean {
    return this.flag;
  }

  async wait(options: WaitOptions = {}): Promise<boolean> {
    checked(options);
    return this.flag || this.line.wait(options, () => ({ answer: false }));
  }

  [inspect.custom](): string {
    return `Event { ${this.flag ? 'set' : 'unset'} }`;
  }
}
