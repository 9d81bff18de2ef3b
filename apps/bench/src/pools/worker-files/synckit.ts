import { runAsWorker } from 'synckit';
import { increment } from '../tasks.ts';

runAsWorker(increment);
