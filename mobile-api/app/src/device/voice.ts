// Records what is spoken; needs the microphone, and a browser that can.

const MOST_MS = 120000;
const BITS_PER_SECOND = 24000; // speech: 360 KB in two minutes

export interface Recording {
  stop(): void;
  done: Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string }>;
}

export const canRecord = () => 'MediaRecorder' in window;

export async function listen(): Promise<Recording> {
  const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(stream, { audioBitsPerSecond: BITS_PER_SECOND });
  const parts: Blob[] = [];
  const stop = () => { if (recorder.state !== 'inactive') recorder.stop(); };
  const timer = setTimeout(stop, MOST_MS);
  const done = new Promise<{ bytes: Uint8Array<ArrayBuffer>; type: string }>((resolve, reject) => {
    recorder.addEventListener('dataavailable', ({ data }) => parts.push(data));
    recorder.addEventListener('stop', () => {
      clearTimeout(timer);
      stream.getTracks().forEach((track) => track.stop());
      new Blob(parts).arrayBuffer().then((bytes) => resolve({ bytes: new Uint8Array(bytes),
        type: recorder.mimeType.split(';')[0] || 'audio/webm' }), reject);
    });
  });
  recorder.start();
  return { stop, done };
}
