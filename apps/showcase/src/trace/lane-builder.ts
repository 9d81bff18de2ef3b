import type { Lane, Reason, Span } from './timeline.ts';

/** Collects what one lane does. Times are milliseconds. */
export class LaneBuilder {
  readonly id: string;
  readonly kind: Lane['kind'];
  /** The lane that it belongs to. */
  readonly parent: string | undefined;
  isCalled = false;
  #name: string;
  readonly #born: number;
  #died: number | undefined;
  #running = false;
  readonly #spans: Span[] = [];
  /** What it does right now, the innermost last: a task, and in it a wait. */
  readonly #open: (Omit<Span, 'to'> & { id?: string })[] = [];

  constructor(id: string, kind: Lane['kind'], name: string, at: number, parent?: string) {
    this.id = id;
    this.kind = kind;
    this.parent = parent;
    this.#name = name;
    this.#born = at;
  }

  call(name: string): void {
    this.#name = name;
    this.isCalled = true;
  }

  /** Says that this lane is never idle: what is no wait is work. */
  runsAllTheTime(): void {
    this.#running = true;
  }

  run(at: number): void {
    this.#closeAll(at);
    this.#open.push({ from: at, kind: 'running', label: this.#name });
  }

  /** Ends what runs; a wait goes on. */
  stop(at: number): void {
    const index = this.#open.findIndex(({ kind }) => kind === 'running');
    if (index !== -1) this.#close(index, at);
  }

  waitInstead(at: number, reason: Reason, label: string): void {
    this.#closeAll(at);
    this.#open.push({ from: at, kind: 'waiting', reason, label });
  }

  /** A worker may have been handed several tasks, of which it does one after the other. */
  beginTask(at: number, label: string, id: string): void {
    this.#open.push({ from: at, kind: 'running', label, id });
  }

  endTask(at: number, id: string): void {
    const index = this.#open.findIndex((span) => span.id === id);
    if (index !== -1) this.#close(index, at);
  }

  beginWait(at: number, reason: Reason, label: string): void {
    this.#open.push({ from: at, kind: 'waiting', reason, label });
  }

  /** Ends the innermost wait; what it interrupted goes on. */
  endWait(at: number): void {
    const last = this.#open.findLastIndex(({ kind }) => kind === 'waiting');
    if (last !== -1) this.#close(last, at);
  }

  /** The first end counts: a thread says that it ends before its starter notices. */
  end(at: number): void {
    this.#died ??= at;
    this.#closeAll(at);
  }

  finish(end: number): Lane {
    const died = this.#died ?? end;
    this.#closeAll(died);
    const life: Span = { from: this.#born, to: died, kind: this.#running ? 'running' : 'alive', label: this.#name };
    const spans = this.kind === 'task' ? this.#spans : [life, ...this.#spans];
    const ordered = spans.filter(({ from, to }) => to > from).toSorted(byDepth);
    return { id: this.id, kind: this.kind, name: this.#name, spans: ordered };
  }

  #closeAll(at: number): void {
    while (this.#open.length > 0) this.#close(this.#open.length - 1, at);
  }

  #close(index: number, at: number): void {
    const [closed] = this.#open.splice(index, 1);
    if (closed === undefined) return;
    const { id: _, ...span } = closed;
    this.#spans.push({ ...span, to: at });
  }
}

/** What comes later is drawn above: work above mere life, waiting above work. */
const depths = { alive: 0, running: 1, waiting: 2 } as const;

function byDepth(one: Span, other: Span): number {
  return depths[one.kind] - depths[other.kind] || one.from - other.from;
}
