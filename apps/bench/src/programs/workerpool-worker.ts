import workerpool from 'workerpool';
import { sumOfSquares } from './sum-of-squares.ts';

workerpool.worker({ sumOfSquares });
