export { type Target, type Wirable, fromWire, isMain, task, toWire, transfer } from '@weft/core';
export * as threading from '@weft/threading';
export * as multiprocessing from '@weft/multiprocessing';
export * as asyncio from '@weft/async';
export * as futures from './futures.ts';
export { AsyncPool, type AsyncPoolOptions } from './async-pool.ts';
export { Loop, getRunningLoop } from './loop.ts';
export {
  type AsyncStageOptions,
  Pipeline,
  type PipelineEvents,
  type Settled,
  type StageOptions,
  type StageResult,
  type WorkerStageOptions,
  pipeline,
} from './pipeline.ts';
export type { PipelineStats } from './internal/pipeline/pipeline-run.ts';
export type { StageStats } from './internal/pipeline/stage-meter.ts';
export type { PoolResult } from './pool-result.ts';
export { type RecommendOptions, type Recommendation, recommend } from './recommend.ts';
export { runCoroutineThreadsafe } from './run-coroutine-threadsafe.ts';
export { runInExecutor } from './run-in-executor.ts';
export { toProcess } from './to-process.ts';
export { toThread } from './to-thread.ts';
export { wrapFuture } from './wrap-future.ts';
