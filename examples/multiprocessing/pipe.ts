// Two ends that send each other values of any kind. Python: multiprocessing.Pipe
import { type Connection, Pipe, Process, isMain } from '@weft/multiprocessing';

export async function child(connection: Connection) {
  const people = (await connection.recv()) as Map<string, Date>;
  await connection.send([...people.keys()]);
}

if (isMain(import.meta)) {
  const [ours, theirs] = Pipe();
  const process = new Process({ target: child, args: [theirs] }).start();
  await ours.send(new Map([['Ada', new Date(0)]]));
  console.log(await ours.recv());
  await process.join();
}

// Prints:
// [ 'Ada' ]
