import { readFile } from 'node:fs/promises';

/** Something that the page is made of. */
export interface Asset {
  type: string;
  content: string;
}

/** What is served, by its path: the page, its style, and the modules that draw in the browser as they do here. */
const files: Record<string, { type: string; file: string }> = {
  '/': { type: 'text/html', file: '../../page/live.html' },
  '/style.css': { type: 'text/css', file: '../../page/style.css' },
  '/page/live.js': { type: 'text/javascript', file: '../page/live.js' },
  '/page/replay.js': { type: 'text/javascript', file: '../page/replay.js' },
  '/page/totals-table.js': { type: 'text/javascript', file: '../page/totals-table.js' },
  '/trace/svg-timeline.js': { type: 'text/javascript', file: '../trace/svg-timeline.js' },
  '/trace/lane-totals.js': { type: 'text/javascript', file: '../trace/lane-totals.js' },
  '/trace/timeline.js': { type: 'text/javascript', file: '../trace/timeline.js' },
};

/** Finds what stands under a path; nothing but what is listed can be asked for. */
export async function findAsset(path: string): Promise<Asset | undefined> {
  const found = Object.hasOwn(files, path) ? files[path] : undefined;
  if (found === undefined) return undefined;
  return { type: found.type, content: await readFile(new URL(found.file, import.meta.url), 'utf8') };
}
