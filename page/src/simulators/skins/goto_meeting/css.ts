export const CSS = `
  .card { max-width: 380px; margin: 12vh auto 0; display: grid; gap: 14px }
  .card input[type=text], .card input[type=password], .card button { padding: 10px; border-radius: 6px; border: 1px solid #b8bec8; font: inherit }
  .session { height: 100%; display: grid; grid-template-columns: 1fr 240px; grid-template-rows: auto 1fr auto; background: #13202c; color: #fff }
  .talking { grid-column: 1 / -1; padding: 6px 14px; min-height: 34px }
  .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 8px; padding: 8px; overflow: hidden }
  .tile { position: relative; background: #2a3a48; border-radius: 6px; overflow: hidden; min-height: 150px }
  .tile video { width: 100%; height: 100%; object-fit: cover }
  .tile span { position: absolute; left: 8px; bottom: 6px; background: #0008; padding: 1px 8px }
  .people { background: #fff; color: #1c2530; padding: 10px; overflow: auto }
  .bar { grid-column: 1 / -1; display: flex; gap: 10px; justify-content: center; padding: 10px; background: #0b141c }
  .dialog { position: fixed; left: 50%; top: 26%; transform: translateX(-50%); background: #fff; color: #1c2530; padding: 24px; border-radius: 8px;
    display: grid; gap: 12px; box-shadow: 0 8px 30px #0008; z-index: 5 }
  .cookies { position: fixed; inset: auto 0 0; background: #0b141c; color: #fff; padding: 16px 24px; z-index: 6 }
`;
