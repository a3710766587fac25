/** Redundant audio (RFC 2198): a packet that carries copies of the ones before it, in case they were lost. */
export interface Block {
  /** How much earlier than the packet its sound was taken, in ticks of the track's clock. */
  earlier: number;
  /** How many packets before this one it was sent the first time. */
  back: number;
  payload: ArrayBuffer;
}

const LONG = 4;

/** The blocks of a packet, oldest first, the last being its own; empty where the packet is not what it says. */
export function blocksOf(packet: ArrayBuffer): Block[] {
  const bytes = new DataView(packet), sizes: { earlier: number; size: number }[] = [];
  let at = 0;
  while (at < bytes.byteLength && bytes.getUint8(at) & 0x80) {
    if (at + LONG > bytes.byteLength) return [];
    const rest = bytes.getUint32(at) & 0xffffff;
    sizes.push({ earlier: rest >> 10, size: rest & 0x3ff });
    at += LONG;
  }
  at += 1;
  const own = bytes.byteLength - at - sizes.reduce((sum, { size }) => sum + size, 0);
  if (own < 0) return [];
  return [...sizes, { earlier: 0, size: own }].map(({ earlier, size }, n) => {
    const payload = packet.slice(at, at + size);
    at += size;
    return { earlier, back: sizes.length - n, payload };
  });
}
