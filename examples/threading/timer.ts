// A thread that starts later, unless it is cancelled before. Python: threading.Timer
import { Timer, isMain } from '@weft/threading';

export function ring(what: string) {
  console.log(`ring: ${what}`);
}

if (isMain(import.meta)) {
  const tea = new Timer(10, ring, { args: ['tea'] });
  const bread = new Timer(60_000, ring, { args: ['bread'] });
  tea.start();
  bread.start();
  bread.cancel();
  await tea.join();
  await bread.join();
}

// Prints:
// ring: tea
