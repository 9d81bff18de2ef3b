import { packageBundle } from '@weft/rolldown-config';

export default packageBundle('index', 'child', 'internal/pool-worker', 'broker', 'manager-server');
