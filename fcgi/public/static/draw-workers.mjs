// draw-workers.mjs - as many workers as there are processors to draw with: see draw-again.mjs.

const WORKERS_MAX = 8;

// What a worker makes of one job; rejects where it cannot be had.
function drawBy(worker, job, told) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => ('lines' in data ? told(data.lines) : resolve(data.drawn));
    worker.onerror = () => reject(new Error('no worker'));
    const bytes = job.bytes.slice();
    worker.postMessage({ ...job, bytes }, [bytes.buffer]);
  });
}

// A browser without workers that are modules draws in the page itself.
export const workers = {
  count: Math.min(Math.max(navigator.hardwareConcurrency ?? 1, 1), WORKERS_MAX),

  async draw(jobs, tick) {
    const all = [];
    try {
      const script = new URL('draw-worker.mjs', import.meta.url);
      for (let i = 0; i < jobs.length; i++) all.push(new Worker(script, { type: 'module' }));
      const parts = await Promise.all(jobs.map((job, i) => drawBy(all[i], job, tick)));
      return parts.includes(null) ? null : parts;
    } catch (error) {
      console.info(error);
      return null;
    } finally {
      for (const worker of all) worker.terminate();
    }
  },
};
