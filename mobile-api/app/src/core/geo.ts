// Places on the globe, in degrees of WGS 84: how far and in which direction.

export interface Spot { lon: number; lat: number }

const EARTH_M = 6371008.8; // the mean radius

const rad = (degrees: number) => degrees * Math.PI / 180;

// Metres, on a sphere: right to half a percent.
export function distance(from: Spot, to: Spot): number {
  const [lat, lon] = [rad(to.lat - from.lat) / 2, rad(to.lon - from.lon) / 2];
  const h = Math.sin(lat) ** 2 +
    Math.cos(rad(from.lat)) * Math.cos(rad(to.lat)) * Math.sin(lon) ** 2;
  return 2 * EARTH_M * Math.asin(Math.min(Math.sqrt(h), 1));
}

// Degrees from north over east, 0 to 360.
export function bearing(from: Spot, to: Spot): number {
  const lon = rad(to.lon - from.lon);
  const east = Math.sin(lon) * Math.cos(rad(to.lat));
  const north = Math.cos(rad(from.lat)) * Math.sin(rad(to.lat)) -
    Math.sin(rad(from.lat)) * Math.cos(rad(to.lat)) * Math.cos(lon);
  return (Math.atan2(east, north) * 180 / Math.PI + 360) % 360;
}
