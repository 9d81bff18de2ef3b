import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { toJson } from '../../dist/report/json.js';
import { publishedSchema } from '../../dist/report/schema.js';
import { report } from '../fixtures/report.ts';

const schema = readFileSync(new URL('../../report.schema.json', import.meta.url), 'utf8');

describe('the JSON of a report', () => {
  it('keeps the published schema, as another validator reads it', () => {
    const validate = new Ajv2020().compile(JSON.parse(schema) as object);
    expect(validate(JSON.parse(JSON.stringify(toJson(report))))).toBe(true);
    expect(validate({ ...toJson(report), claims: [{ verdict: 'maybe' }] })).toBe(false);
  });

  it('holds machine, raw samples and verdicts', () => {
    const json = toJson(report);
    expect(json.machine).toEqual(report.machine);
    expect(json.claims.map(({ verdict }) => verdict)).toEqual(['confirmed', 'refuted', 'inconclusive']);
    expect(json.claims[0]?.samples).toEqual({ speedup: [11, 12, 13] });
    expect(json.comparison.rows[0]?.wallTime.samples).toHaveLength(2);
    expect(json.failures[0]?.broken).toEqual({ output: '', hung: true });
  });

  it('leaves Python out where there is none', () => {
    expect(toJson({ ...report, python: undefined })).not.toHaveProperty('python');
  });

  it('is refused if it does not keep the schema', () => {
    expect(() => toJson({ ...report, seconds: Number.NaN })).toThrow('seconds');
  });
});

it('publishes the schema that the code checks by', () => {
  expect(publishedSchema()).toEqual(JSON.parse(schema));
});
