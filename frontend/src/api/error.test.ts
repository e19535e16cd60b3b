import { expect, it } from 'vitest';

import { toApiError } from './error';

it.each<[string, unknown, number, string]>([
  [
    'an answer with a message',
    { status: 400, statusText: 'Bad Request', data: { message: 'name: is required' } },
    400,
    'name: is required',
  ],
  ['an answer without one', { status: 502, statusText: 'Bad Gateway', data: null }, 502, 'Bad Gateway'],
  ['an empty one', { status: 500, statusText: '', data: {} }, 500, 'Grafana cannot be reached'],
  ['an exception', new TypeError('Failed to fetch'), 0, 'Failed to fetch'],
  ['a word', 'stop', 0, 'stop'],
])('%s', (_, thrown, status, message) => {
  expect(toApiError(thrown)).toMatchObject({ status, message });
});
