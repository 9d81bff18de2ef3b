import type { StreamWriter } from '../stream-writer.ts';
import type { Task } from '../task.ts';
import { TaskList } from './task-list.ts';

/** What a run has to say about a task. */
export interface TaskReport {
  /**
   * What it is about: a failure that nobody looked at, tasks that nothing can wake any more, or in debug mode a step
   * that blocked the event loop or a task that nobody awaited.
   */
  kind: 'failure' | 'deadlock' | 'slow-step' | 'never-awaited';
  /** The same as a sentence. */
  message: string;
  /** The name of the task. */
  task: string | undefined;
  /** Where the task was created, if that was recorded. */
  createdAt: string | undefined;
  /** What was thrown, if something was. */
  error: unknown;
}

/** What to do with a failure that nobody looks at. */
export type Unhandled = 'report' | 'crash' | ((report: TaskReport) => void);

/** A server or a program, which keeps the process alive. */
export interface Leftover {
  /** Says whether it is to do so. */
  hold(on: boolean): void;
  /** Ends it. */
  end(): unknown;
}

const active = new Set<TaskRegistry>();

/** All the tasks of one run, and how that run wants to be told of what goes wrong. */
export class TaskRegistry {
  /** Tasks that are in no group. */
  readonly own: TaskList = new TaskList(this);
  readonly groups: Set<TaskList> = new Set<TaskList>();
  /** Connections that were opened and are not closed. */
  readonly connections: Set<StreamWriter> = new Set<StreamWriter>();
  /** What else would keep the process alive after the run. */
  readonly leftovers: Set<Leftover> = new Set<Leftover>();
  readonly unhandled: Unhandled;
  readonly debug: boolean;
  /** In milliseconds. */
  readonly slowCallbackDuration: number;
  /** Whether its run is over: nobody would end what is created in it. */
  closed = false;

  constructor(unhandled: Unhandled = 'report', debug = false, slowCallbackDuration = 100) {
    this.unhandled = unhandled;
    this.debug = debug;
    this.slowCallbackDuration = slowCallbackDuration;
  }

  /** Lets `allTasks` outside of any task find this registry. */
  open(): void {
    active.add(this);
  }

  close(): void {
    this.closed = true;
    active.delete(this);
  }

  /** The pending tasks, those in groups too. */
  tasks(): Task[] {
    const tasks = this.own.tasks();
    for (const group of this.groups) tasks.push(...group.tasks());
    return tasks;
  }

  /** @param leaving The program exits: it is too late to end it with an error. */
  report(report: TaskReport, leaving = false): void {
    if (typeof this.unhandled === 'function') tell(this.unhandled, report);
    else if (this.unhandled === 'crash' && report.kind === 'failure' && !leaving)
      void Promise.reject(report.error as Error);
    else printReport(report);
  }
}

/** The tasks that are created outside of any run. */
export const outside: TaskRegistry = new TaskRegistry();
outside.open();

/** Every registry that may hold pending tasks. */
export function registries(): Iterable<TaskRegistry> {
  return active;
}

// What the callback throws is nobody's but the program's: it must not stop whoever reports.
function tell(callback: (report: TaskReport) => void, report: TaskReport): void {
  try {
    callback(report);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}

function printReport({ kind, message, error, createdAt }: TaskReport): void {
  const text = createdAt === undefined ? message : `${message}\n  created ${createdAt}`;
  if (kind === 'failure') console.error(`${text}\n`, error);
  else console.error(text);
}
