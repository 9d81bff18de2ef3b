import { ClusterWorker } from 'poolifier';
import * as tasks from '../tasks.ts';

export default new ClusterWorker<unknown, unknown>({ ...tasks } as never);
