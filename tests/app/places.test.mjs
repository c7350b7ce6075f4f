// How far it is to a visit, in which direction, and on which day, in China's time.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bearing, dayAfter, dayOf, distance, weekdayOf }
  from '../../mobile-api/app/dist-core/core.mjs';

const HERE = { lon: 113.3, lat: 33.7 };
const about = (value, expected, most) =>
  assert.ok(Math.abs(value - expected) <= most, `${value}, not about ${expected}`);

test('a degree of latitude is 111 km, one of longitude less towards the pole', () => {
  about(distance(HERE, { lon: 113.3, lat: 34.7 }), 111195, 1);
  about(distance(HERE, { lon: 114.3, lat: 33.7 }), 111195 * Math.cos(33.7 * Math.PI / 180), 10);
  about(distance({ lon: 179.5, lat: 0 }, { lon: -179.5, lat: 0 }), 111195, 1);
  assert.equal(distance(HERE, HERE), 0);
});

test('directions are from north over east', () => {
  for (const [lon, lat, expected] of [[0, 0.01, 0], [0.012, 0.01, 45], [0.01, 0, 90],
    [0, -0.01, 180], [-0.01, 0, 270]])
    about(bearing(HERE, { lon: HERE.lon + lon, lat: HERE.lat + lat }), expected, 0.2);
});

test('a day begins at midnight in Beijing, and a week on Monday', () => {
  assert.equal(dayOf(Date.parse('2026-03-01T15:59:59Z')), '2026-03-01');
  assert.equal(dayOf(Date.parse('2026-03-01T16:00:00Z')), '2026-03-02');
  assert.equal(dayAfter('2026-02-28', 1), '2026-03-01');
  assert.equal(dayAfter('2026-03-01', -1), '2026-02-28');
  assert.equal(weekdayOf('2026-03-02'), 0);
  assert.equal(weekdayOf('2026-03-01'), 6);
});
