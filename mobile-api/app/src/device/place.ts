// Where the phone is; undefined where it cannot tell, or its user does not want it to.

export interface Place { lon: number; lat: number; accuracy: number }

const PATIENCE_MS = 10000;

export function place(): Promise<Place | undefined> {
  return new Promise((resolve) => {
    if (!('geolocation' in navigator)) return resolve(undefined);
    navigator.geolocation.getCurrentPosition(({ coords: { longitude, latitude, accuracy } }) =>
      resolve({ lon: longitude, lat: latitude, accuracy: Math.min(accuracy, 100000) }),
    () => resolve(undefined),
    { enableHighAccuracy: true, timeout: PATIENCE_MS, maximumAge: 60000 });
  });
}
