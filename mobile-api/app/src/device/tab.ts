// One writer: of several tabs the first one holds the lock until it is closed.

export function becomeWriter(): Promise<boolean> {
  return new Promise((resolve) => {
    void navigator.locks.request('liancha-writer', { ifAvailable: true }, (lock) => {
      resolve(lock !== null);
      // Held for as long as the page lives.
      return lock === null ? undefined : new Promise<void>(() => undefined);
    });
  });
}
