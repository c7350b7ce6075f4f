// Reads QR codes off the camera's pictures. Browsers without a reader of their own get zxing's,
// from this server, when the first code is scanned.

import wasm from 'zxing-wasm/reader/zxing_reader.wasm?url';

type Read = (source: ImageBitmapSource) => Promise<{ rawValue: string }[]>;

export async function reader(): Promise<Read> {
  const { BarcodeDetector, prepareZXingModule } = await import('barcode-detector/ponyfill');
  prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) =>
    (path.endsWith('.wasm') ? wasm : prefix + path) } });
  const detector = new BarcodeDetector({ formats: ['qr_code'] });
  return (source) => detector.detect(source);
}
