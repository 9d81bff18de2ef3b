import { baseBundle } from '@weft/rolldown-config';

export default baseBundle('lowlevel', 'index', 'scheduler');
