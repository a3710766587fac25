/** Writes protobuf: numbered fields, in the order in which they are given. */
export type Field = [number: number, value: string | number | boolean | Uint8Array | Field[] | null | undefined];

const VARINT = 0, BYTES = 2;

/** A field without a value is left out. */
export function written(fields: Field[]): Uint8Array<ArrayBuffer> {
  const bytes: number[] = [];
  for (const [number, value] of fields) {
    if (value === null || value === undefined) continue;
    if (typeof value === "number" || typeof value === "boolean") bytes.push(...varint(number << 3 | VARINT), ...varint(Number(value)));
    else {
      const content = typeof value === "string" ? new TextEncoder().encode(value) : Array.isArray(value) ? written(value) : value;
      bytes.push(...varint(number << 3 | BYTES), ...varint(content.length), ...content);
    }
  }
  return new Uint8Array(bytes);
}

function varint(value: number): number[] {
  const bytes: number[] = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    const low = Number(rest & 0x7fn);
    if (rest < 0x80n) return [...bytes, low];
    bytes.push(low | 0x80);
  }
}
