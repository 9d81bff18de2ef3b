import { executorConformance } from '@weft/conformance';
import { ProcessPoolExecutor } from '@weft/multiprocessing';
import { leakCheck } from '@weft/testkit';

leakCheck();

executorConformance('ProcessPoolExecutor', { create: (options = {}) => new ProcessPoolExecutor(options as never) });
