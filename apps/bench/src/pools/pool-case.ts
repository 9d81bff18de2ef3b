import type { BenchCase } from '../bench-case.ts';
import type { Load } from './load.ts';
import type { Pool, PoolPeer } from './pool.ts';

/** Something that pools are asked to do. */
export interface PoolCase {
  name: string;
  unit: string;
  better: 'higher' | 'lower';
  amounts: BenchCase['amounts'];
  note?: string;
  /** Left out: {@link run} gets a warm pool. Otherwise it opens one itself. */
  cold?: boolean;
  run(pool: Pool, load: Load, peer: PoolPeer): Promise<number>;
}
