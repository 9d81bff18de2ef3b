import type { ExampleName } from '../examples/index.ts';

/** A section of the tutorial, word for word. */
export interface Section {
  id: 'concurrency' | 'threading' | 'multiprocessing' | 'asyncio' | 'comparison' | 'combined' | 'conclusion';
  title: string;
  paragraphs: readonly string[];
  /** What stands above the points. */
  lead?: string;
  points?: readonly string[];
  example?: ExampleName;
}

/** The tutorial's text, in its order. */
export const sections: readonly Section[] = [
  {
    id: 'concurrency',
    title: 'Concurrency in Python',
    paragraphs: [
      "Concurrency is the ability of a program to manage multiple tasks at the same time. It doesn't necessarily mean running them simultaneously (as in parallelism). Instead, concurrency focuses on efficiently handling multiple tasks to improve performance by overlapping their execution.",
    ],
    lead: 'Python provides several approaches to achieve concurrency:',
    points: ['Threading', 'Multiprocessing', 'Asynchronous Programming with asyncio'],
  },
  {
    id: 'threading',
    title: 'Using the threading Module',
    paragraphs: [
      'Threading is a technique that allows multiple threads (lightweight processes) to execute in the same memory space. In Python, the threading module provides tools for creating and managing threads.',
    ],
    lead: 'When to Use Threading:',
    points: [
      'Best suited for I/O-bound tasks (e.g., reading/writing files, network communication).',
      "Not effective for CPU-bound tasks due to Python's Global Interpreter Lock (GIL), which restricts threads to execute one at a time.",
    ],
    example: 'threading',
  },
  {
    id: 'multiprocessing',
    title: 'Using the multiprocessing Module',
    paragraphs: [
      'The multiprocessing module enables parallel execution by creating multiple processes, each with its own memory space. It bypasses the Global Interpreter Lock (GIL), making it suitable for CPU-bound tasks.',
    ],
    lead: 'When to Use Multiprocessing:',
    points: [
      'Best for CPU-bound tasks (e.g., computations, data processing).',
      'Higher memory consumption due to separate processes.',
    ],
    example: 'multiprocessing',
  },
  {
    id: 'asyncio',
    title: 'Asynchronous Programming with asyncio',
    paragraphs: [
      'The asyncio module in Python allows you to write asynchronous code using async and await keywords. Unlike threading or multiprocessing, asyncio uses a single-threaded, cooperative multitasking approach, making it lightweight and efficient for I/O-bound tasks.',
    ],
    lead: 'When to Use asyncio:',
    points: [
      'Best for I/O-bound tasks, such as handling multiple network requests.',
      'Lightweight compared to threading and multiprocessing.',
    ],
    example: 'asyncio',
  },
  { id: 'comparison', title: 'Comparison of Concurrency Techniques', paragraphs: [] },
  {
    id: 'combined',
    title: 'Combining Concurrency Techniques',
    paragraphs: [],
    lead: 'In some cases, you might need to combine concurrency techniques. For example:',
    points: [
      'Use multiprocessing for CPU-bound tasks.',
      'Use asyncio for I/O-bound tasks within a multiprocessing setup.',
    ],
    example: 'combined',
  },
  {
    id: 'conclusion',
    title: 'Conclusion',
    paragraphs: [
      'Understanding the trade-offs of each approach allows you to choose the best concurrency method for your Python programs.',
    ],
    points: [
      'Use threading for lightweight I/O tasks with shared memory.',
      'Use multiprocessing for CPU-intensive tasks that require parallelism.',
      'Use asyncio for I/O-bound tasks with a large number of concurrent connections.',
      "Combine techniques where appropriate based on your application's needs.",
    ],
  },
];
