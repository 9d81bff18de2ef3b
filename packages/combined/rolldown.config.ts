import { packageBundle } from '@weft/rolldown-config';

export default packageBundle(
  'index',
  'internal/run-as-task',
  'internal/with-context',
  'internal/pipeline/run-chunk',
  'internal/recommend/echo',
);
