export const CSS = `
  .landing { min-height: 100%; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 16px }
  .choice { padding: 12px 24px; border: 1px solid #07c; border-radius: 24px; color: #07c; cursor: pointer }
  .cookies { position: fixed; inset: auto 0 0 0; background: #222; color: #fff; padding: 16px 24px; z-index: 6 }
  .dialog { position: fixed; inset: 30% 30% auto; background: #fff; padding: 24px; border-radius: 8px; box-shadow: 0 8px 30px #0006; z-index: 5 }
  #unified-webclient-iframe { position: fixed; inset: 0; width: 100%; height: 100%; border: 0; z-index: 4; background: #f7f7f7 }
`;

export const FRAME_CSS = `
  * { box-sizing: border-box }
  html, body { height: 100%; margin: 0 }
  body { font: 15px/1.45 system-ui, sans-serif; color: #1c1f24; background: #f7f7f7 }
  body > div { height: 100% }
  [hidden] { display: none !important }
  button { font: inherit; padding: 8px 18px; border-radius: 20px; border: 1px solid #888; background: #fff; cursor: pointer }
  .card { min-height: 100%; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 14px }
  mdc-input { display: block; width: 300px }
  .devices { display: flex; gap: 12px }
  .call { height: 100%; display: grid; grid-template-columns: 1fr auto auto; grid-template-rows: 1fr auto; background: #1a1a1a; color: #fff }
  .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 8px; padding: 8px; overflow: hidden }
  .grid[data-view=speaker] .tile:not(:first-child) { display: none }
  .tile { position: relative; background: #333; border-radius: 6px; overflow: hidden; min-height: 160px }
  .tile video { width: 100%; height: 100%; object-fit: cover }
  .name { position: absolute; left: 8px; bottom: 6px; background: #0008; padding: 1px 8px }
  .pane { width: 260px; background: #fff; color: #222; padding: 8px; display: flex; flex-direction: column; overflow: auto }
  .lines { flex: 1; overflow: auto }
  .participants-list-item { display: flex; gap: 8px; align-items: center; padding: 4px }
  .ql-editor { border: 1px solid #aaa; min-height: 36px; padding: 6px }
  .sharing { position: fixed; top: 8px; left: 45%; background: #fff; border-radius: 20px; z-index: 5 }
  .bar { grid-column: 1 / -1; display: flex; gap: 8px; justify-content: center; padding: 10px; background: #000 }
  .dialog { position: fixed; inset: 30% 30% auto; background: #fff; color: #222; padding: 24px; border-radius: 8px; z-index: 5 }
`;
