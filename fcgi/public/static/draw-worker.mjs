// draw-worker.mjs - draws from a part of a snapshot beside the page: see draw-again.mjs. It tells
// how many lines are done, then what it drew, or null where a line is none.

import { drawPart } from './draw-again.mjs';
import { Malformed } from './snapshot.mjs';

addEventListener('message', async ({ data: job }) => {
  let drawn = null;
  try {
    drawn = await drawPart(job, (lines) => { postMessage({ lines }); });
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
  }
  postMessage({ drawn });
});
