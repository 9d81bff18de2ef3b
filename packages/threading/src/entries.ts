/** The module that every thread begins with. Programs stand side by side, here and where this is built. */
export const THREAD_ENTRY: URL = new URL('./worker.js', import.meta.url);

/** The module that every worker of a pool begins with. */
export const POOL_ENTRY: URL = new URL('./pool-worker.js', import.meta.url);
