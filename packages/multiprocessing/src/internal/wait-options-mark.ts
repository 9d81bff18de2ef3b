/** Marks an argument as the options of a wait, which get the signal that ends the call on the other side. */
export const WAIT_OPTIONS = '@@wait';
