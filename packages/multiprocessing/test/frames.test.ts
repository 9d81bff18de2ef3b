import { describe, expect, it } from 'vitest';
import { type FrameRecord, RECORD_HEAD, align } from '../src/internal/frames.ts';
import { FrameReader } from '../src/internal/frames-reader.ts';
import { FrameWriter } from '../src/internal/frames-writer.ts';

describe('a frame', () => {
  it('holds more than a gigabyte', () => {
    const writer = new FrameWriter();
    const length = 2 ** 30 + 3;
    // Nothing is written into most of it: it takes no memory.
    const start = writer.begin(4, 5, 6, length);
    writer.memory.bytes[start + length - 1] = 7;
    const size = writer.finish(8).length;
    const seen: Partial<FrameRecord>[] = [];
    const notes: number[] = [];
    new FrameReader(
      ({ memory, ...record }) =>
        seen.push({ ...record, last: memory.bytes[record.start + record.length - 1] } as never),
      (note) => notes.push(note),
    ).read(writer.memory, 0);
    expect(seen).toEqual([{ kind: 4, index: 5, id: 6, start, length, last: 7 }]);
    expect(notes).toEqual([8]);
    expect(size).toBe(start + align(length));
  });

  it('has records whose sizes are aligned, however large they are', () => {
    for (const size of [0, 1, 8, 9, RECORD_HEAD, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 1, 2 ** 32 - 9]) {
      expect(align(size) % 8).toBe(0);
      expect(align(size) - size).toBeGreaterThanOrEqual(0);
      expect(align(size) - size).toBeLessThan(8);
    }
  });
});
