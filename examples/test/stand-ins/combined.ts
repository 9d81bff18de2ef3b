import { sleep } from '@weft/async';

// What the examples of combined's docstrings take for granted.

export const url = 'data:text/plain,some%20words';
export const urls = [url, url];
export const path = import.meta.filename;
export const pages = ['some words', 'and more words'];

export async function fetchPage(address: string): Promise<string> {
  await sleep(1);
  return address;
}

export async function fetchAndParse(address: string): Promise<string[]> {
  return (await fetchPage(address)).split(' ');
}

export function parsePage(page: string): string[] {
  return page.split(' ');
}

export function countWords(page: string): number {
  return page.split(' ').length;
}

export function sumOfSquares(n: number): number {
  let sum = 0;
  for (let i = 0; i < n; i += 1) sum += i * i;
  return sum;
}

export function hashFile(file: string): string {
  return file.toUpperCase();
}
