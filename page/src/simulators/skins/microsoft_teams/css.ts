export const CSS = `
body { margin: 0; font: 15px/1.45 system-ui, sans-serif; background: #f5f5f5; color: #242424 }
button { font: inherit; padding: 8px 16px; border-radius: 4px; border: 1px solid #d1d1d1; background: #fff; cursor: pointer }
button:disabled { opacity: .5 }
input { font: inherit; padding: 8px 12px; border: 1px solid #bdbdbd; border-radius: 4px; width: 280px }
.launcher, .prejoin { min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center; gap: 16px }
.choice { width: 320px; padding: 16px }
.strip { background: #fff4ce; padding: 8px 16px }
.devices { display: flex; gap: 12px }
.switch { padding: 6px 14px; border: 1px solid #bdbdbd; border-radius: 16px; cursor: pointer }
.call { display: grid; grid-template-columns: 1fr auto auto; grid-template-rows: auto 1fr auto; height: 100vh; background: #1f1f1f; color: #fff }
.bar { grid-column: 1 / -1; display: flex; gap: 6px; justify-content: flex-end; padding: 8px; background: #292929 }
.menu { position: absolute; top: 56px; right: 220px; background: #fff; color: #242424; padding: 8px; z-index: 3; cursor: pointer }
.grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(320px, 1fr)); gap: 8px; padding: 8px; overflow: hidden }
.grid[data-view=speaker] .tile:not(:first-child) { display: none }
.tile { position: relative; background: #3d3d3d; border-radius: 6px; overflow: hidden; min-height: 180px }
.tile video { width: 100%; height: 100%; object-fit: cover }
.outline { position: absolute; inset: 0; pointer-events: none }
.outline.vdi-frame-occlusion { box-shadow: inset 0 0 0 3px #7f85f5 }
.name { position: absolute; left: 8px; bottom: 6px; background: #0008; padding: 1px 8px; border-radius: 3px }
.pane { width: 280px; background: #fff; color: #242424; padding: 8px; display: flex; flex-direction: column }
.pane[hidden] { display: none }
.lines { flex: 1; overflow: auto }
.field { border: 1px solid #bdbdbd; border-radius: 4px; padding: 8px; min-height: 20px }
.captions { grid-column: 1 / -1; padding: 8px 24px; background: #000a }
.caption [data-tid="author"] { font-weight: 600; margin-right: 8px }
.dialog { position: fixed; inset: 30% 30% auto; background: #fff; color: #242424; padding: 24px; border-radius: 6px; z-index: 5; box-shadow: 0 8px 30px #0006 }
`;
