import { parentPort } from 'node:worker_threads';

parentPort?.on('message', (token: number) => parentPort?.postMessage(token));
