// How a simulated person and a shared screen look. Every frame differs from the one before: something moves, a clock runs.

export interface Look {
  name: string;
  colour: string;
  at: number;
  flash: boolean;
  talking: boolean;
}

type Context = OffscreenCanvasRenderingContext2D;

export function drawPerson(c: Context, look: Look): void {
  const { width, height } = c.canvas;
  c.fillStyle = look.flash ? "#fff" : look.colour;
  c.fillRect(0, 0, width, height);
  // A mark is white and nothing but white, over the whole picture.
  if (look.flash) return;
  const sway = Math.sin(look.at / 900) * 5;
  const nod = Math.sin(look.at / 640) * 2;
  body(c, width / 2 + sway * 0.6, height);
  face(c, width / 2 + sway, 82 + nod, look);
  label(c, look, width);
  sweep(c, look.at, width, height, 4000);
}

function body(c: Context, x: number, bottom: number): void {
  c.fillStyle = "rgba(12, 16, 24, 0.62)";
  c.beginPath();
  c.ellipse(x, bottom + 22, 84, 74, 0, 0, 2 * Math.PI);
  c.fill();
}

function face(c: Context, x: number, y: number, look: Look): void {
  c.fillStyle = "#f3d9c4";
  disc(c, x, y, 38);
  c.fillStyle = "#26211f";
  disc(c, x - 13, y - 7, 3.6);
  disc(c, x + 13, y - 7, 3.6);
  const open = look.talking ? 2 + 7 * Math.abs(Math.sin(look.at / 95)) : 1.2;
  c.beginPath();
  c.ellipse(x, y + 15, 11, open, 0, 0, 2 * Math.PI);
  c.fill();
}

function label(c: Context, look: Look, width: number): void {
  c.fillStyle = "rgba(255, 255, 255, 0.94)";
  c.font = "600 17px sans-serif";
  c.textAlign = "left";
  c.fillText(look.name, 12, 23);
  c.font = "14px monospace";
  c.textAlign = "right";
  c.fillText(clock(look.at), width - 12, 22);
}

/** A dot that crosses the lower edge once per `period`, fast enough that no two frames are alike. */
function sweep(c: Context, at: number, width: number, height: number, period: number): void {
  c.fillStyle = "#fff";
  disc(c, (at % period) / period * width, height - 5, 4);
}

export function drawScreen(c: Context, at: number): void {
  const { width, height } = c.canvas;
  c.fillStyle = "#f4f1ea";
  c.fillRect(0, 0, width, height);
  c.fillStyle = "#23272e";
  c.font = "600 26px sans-serif";
  c.textAlign = "left";
  c.fillText("Quarterly numbers", 36, 56);
  c.font = "18px monospace";
  c.textAlign = "right";
  c.fillText(clock(at), width - 36, 54);
  for (let bar = 0; bar < 8; bar++) {
    const tall = 60 + bar * 16 + Math.sin(at / 420 + bar) * 26;
    c.fillStyle = bar === Math.floor(at / 500) % 8 ? "#d9714e" : "#3f7d6e";
    c.fillRect(48 + bar * 70, height - 36 - tall, 44, tall);
  }
  c.fillStyle = "#23272e";
  c.fillRect(36, height - 36, width - 72, 2);
  sweep(c, at, width, height, 2500);
}

function disc(c: Context, x: number, y: number, radius: number): void {
  c.beginPath();
  c.arc(x, y, radius, 0, 2 * Math.PI);
  c.fill();
}

/** Time of day in UTC to the hundredth. */
function clock(at: number): string {
  return new Date(at).toISOString().slice(11, 22);
}
