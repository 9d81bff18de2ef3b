import { ThreadWorker } from 'poolifier';
import * as tasks from '../tasks.ts';

export default new ThreadWorker<unknown, unknown>({ ...tasks } as never);
