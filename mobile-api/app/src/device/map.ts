// Hands a place over to the phone's own map; no page of a map's maker is asked.

import type { Spot } from '../core';

const APPLE = /iPhone|iPad|Macintosh/;

export function mapLink({ lon, lat }: Spot, name: string): string {
  const label = encodeURIComponent(name);
  return APPLE.test(navigator.userAgent) ? `maps:?ll=${lat},${lon}&q=${label}`
    : `geo:${lat},${lon}?q=${lat},${lon}(${label})`;
}
