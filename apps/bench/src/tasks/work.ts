/** What every task does: nothing but coming back. */
export async function work(i: number): Promise<number> {
  return i;
}
