import { isMain, threading } from '@weft/combined';

// Example: Using Threads to print messages

export function printNumbers() {
  for (let i = 0; i < 5; i++) {
    console.log(`Thread: ${i}`);
  }
}

export function printLetters() {
  for (const letter of 'ABCDE') {
    console.log(`Thread: ${letter}`);
  }
}

export async function program() {
  // Creating threads
  const thread1 = new threading.Thread({ target: printNumbers });
  const thread2 = new threading.Thread({ target: printLetters });

  // Starting threads
  thread1.start();
  thread2.start();

  // Waiting for both threads to finish
  await thread1.join();
  await thread2.join();

  console.log('All threads have finished.');
}

if (isMain(import.meta)) await program();
