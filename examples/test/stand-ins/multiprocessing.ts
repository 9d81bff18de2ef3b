import { type Connection, Condition, SharedValue } from '@weft/multiprocessing';

// What the examples of multiprocessing's docstrings take for granted.

export const condition = new Condition();
export const counter = new SharedValue('i', 4);

export async function serve(connection: Connection): Promise<void> {
  await connection.send('served');
}

export function sumOfSquares(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += i * i;
  return sum;
}

export function calculateSquare(numbers: number[]): void {
  for (const n of numbers) console.log(n * n);
}

export function factorise(n: number): number[] {
  for (let factor = 2; factor * factor <= n; factor += 1)
    if (n % factor === 0) return [factor, ...factorise(n / factor)];
  return [n];
}
