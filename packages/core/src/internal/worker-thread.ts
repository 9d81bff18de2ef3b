/**
 * Says whether this is a worker thread, without `node:worker_threads`, which only threading may import: Node marks what
 * a worker may not do, such as changing the directory.
 */
export function isWorkerThread(): boolean {
  return (process.chdir as { disabled?: boolean }).disabled === true;
}
