import { describe, expect, it } from 'vitest';
import { parseAvailability } from './name-lookup.ts';

describe("the signaling server's word on a name", () => {
  it('is read with its reason and its suggestion', () => {
    const json = { name: 'a', state: 'taken', message: 'Taken.', suggestion: 'a-otter' };
    const expected = { available: false, message: 'Taken.', suggestion: 'a-otter' };
    expect(parseAvailability(json)).toEqual(expected);
    expect(parseAvailability({ name: 'a', state: 'free' })).toEqual({ available: true });
  });

  it('loses a suggestion that is no name', () => {
    const json = { state: 'invalid', suggestion: '<b>' };
    expect(parseAvailability(json)).toEqual({ available: false });
  });

  it.each([null, 'free', {}, { state: 'perhaps' }])('is refused when it is %j', (json) => {
    expect(() => parseAvailability(json)).toThrow(/unknown answer/);
  });
});
