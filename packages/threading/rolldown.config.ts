import { packageBundle } from '@weft/rolldown-config';

export default packageBundle('index', 'worker', 'pool-worker');
