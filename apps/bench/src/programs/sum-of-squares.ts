/** The sum of i² for i below n, exact: carried on in a BigInt before a Number would lose digits. */
export function sumOfSquares(n: number): bigint {
  const limit = 2 ** 52;
  let total = 0n;
  let part = 0;
  for (let i = 0; i < n; i += 1) {
    part += i * i;
    if (part >= limit) {
      total += BigInt(part);
      part = 0;
    }
  }
  return total + BigInt(part);
}
