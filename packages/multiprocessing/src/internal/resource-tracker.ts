import { readdirSync, readlinkSync, symlinkSync, unlinkSync } from 'node:fs';
import { isAlive, startTimeOf } from './liveness.ts';
import { thisAgent } from './agent.ts';
import { startAttendant } from './attendant.ts';

/** Where the system shows shared memory as files. */
export const SHARED_MEMORY_FOLDER = '/dev/shm';
/** What the names of doorbells begin with; the id of their thread follows. */
export const BELLS = 'weft-bell.';
const TREE = 'WEFT_TREE';

/**
 * Waits until the root process is gone, however it ends, then removes each name whose creator is gone too, until none
 * is left. A symbolic link stands for a file that has another name. Its input ends earlier with the thread of the root
 * that started it: others rely on it still.
 */
const SCRIPT = `trap '' HUP INT TERM
root=\${1##*/weft-}
lives() {
  read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  case "\${stat##*) }" in Z* | X*) return 1 ;; esac
}
while read -r _; do :; done
while :; do
  left=
  for file in "$1"*; do
    [ -e "$file" ] || [ -L "$file" ] || continue
    creator=\${file#"$1"}
    if lives "\${creator%%-*}"; then
      left=1
      continue
    fi
    if [ -L "$file" ]; then
      # With something behind it, or the line breaks at its end would be lost.
      path=$(readlink "$file" && echo .)
      rm -f "\${path%??}"
    fi
    rm -f "$file"
  done
  [ -n "$left" ] || lives "\${root%%.*}" || break
  sleep 0.2
done
for file in "${SHARED_MEMORY_FOLDER}/${BELLS}"*; do
  id=\${file#"${SHARED_MEMORY_FOLDER}/${BELLS}"}
  lives "\${id%%.*}" || rm -f "$file"
done`;

/** The first process of the tree. */
interface Root {
  readonly id: number;
  readonly start: number;
}

let root: Root | undefined;
let count = 0;

/**
 * Makes a name for a segment or a doorbell. It is removed at the latest when the tree of processes is gone.
 *
 * The first process of the tree is its root: it has the tracker, and its children find it in their environment.
 */
export function newName(): string {
  count += 1;
  const { id, process } = thisAgent();
  return `${treePrefix()}${process}-${id.toString(36)}${count.toString(36).padStart(4, '0')}`;
}

/**
 * Sees to it that a file, such as a segment named by the user, goes with the tree of processes.
 *
 * @param path The whole path.
 * @returns Forgets it again.
 */
export function track(path: string): () => void {
  const link = `${SHARED_MEMORY_FOLDER}/${newName()}`;
  symlinkSync(path, link);
  return () => removeFile(link);
}

/** Removes a name's file, if it is there. */
export function removeFile(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone already.
  }
}

function treePrefix(): string {
  // A tree whose root is gone has lost its tracker: what is left of it is a tree of its own.
  if (root === undefined || (root.id !== process.pid && !isAlive(root.id, root.start))) root = findRoot();
  return `weft-${root.id}.${root.start}-`;
}

function findRoot(): Root {
  const { process: self } = thisAgent();
  const [id = 0, start = 0] = process.env[TREE]?.split('.').map(Number) ?? [];
  const isKnown = isAlive(id, start);
  const found = isKnown ? { id, start } : { id: self, start: startTimeOf(self) ?? 0 };
  // Another thread of this process may have the tracker: threads inherit the environment too.
  if (!isKnown) startTracker(`weft-${found.id}.${found.start}-`);
  process.env[TREE] = `${found.id}.${found.start}`;
  if (found.id === self) process.on('exit', sweep);
  return found;
}

function startTracker(names: string): void {
  const script = ['-c', SCRIPT, 'weft-tracker', `${SHARED_MEMORY_FOLDER}/${names}`];
  startAttendant('/bin/sh', script, { cwd: '/' }).on('exit', () => {
    process.emitWarning(
      'The tracker of shared memory was ended from outside; another one takes over',
      'ResourceWarning',
    );
    try {
      startTracker(names);
    } catch {
      // Too many files are open. What is left is removed when this process ends, unless it is killed.
    }
  });
}

/** What the tracker does, at once, when the root ends in the normal way. */
function sweep(): void {
  const { id, process: self } = thisAgent();
  if (id !== self) return;
  const names = treePrefix();
  for (const file of readdirSync(SHARED_MEMORY_FOLDER)) {
    if (file.startsWith(BELLS) && startTimeOf(Number.parseInt(file.slice(BELLS.length), 10)) === undefined)
      removeFile(`${SHARED_MEMORY_FOLDER}/${file}`);
    if (!file.startsWith(names)) continue;
    const creator = Number.parseInt(file.slice(names.length), 10);
    if (creator !== self && startTimeOf(creator) !== undefined) continue;
    const path = `${SHARED_MEMORY_FOLDER}/${file}`;
    try {
      removeFile(readlinkSync(path));
    } catch {
      // Not a link: the segment itself.
    }
    removeFile(path);
  }
}
