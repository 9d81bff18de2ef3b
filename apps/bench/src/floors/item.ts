/** An object as queues carry them. */
export interface Item {
  id: number;
  name: string;
  tags: string[];
}

/** The object of a number. */
export function itemOf(id: number): Item {
  return { id, name: `item ${id}`, tags: ['one', 'two'] };
}
