export const CSS = `
  .green-room { min-height: 100%; display: flex; gap: 40px; align-items: center; justify-content: center; background: #fff }
  .preview, .self { width: 420px; aspect-ratio: 16 / 9; border-radius: 10px; background: #202124; position: relative }
  .self button { position: absolute; right: 10px; bottom: 10px }
  .self .notranslate { position: absolute; left: 12px; bottom: 10px; color: #fff }
  .preview .toggles { position: absolute; bottom: 12px; width: 100%; display: flex; gap: 10px; justify-content: center }
  .ready { width: 300px; display: grid; gap: 14px; justify-items: center }
  .ready input { width: 100%; padding: 14px; border: 0; border-bottom: 2px solid #1a73e8; font: inherit; background: #f1f3f4 }
  .ready button { padding: 12px 26px; border: 0; border-radius: 26px; background: #1a73e8; color: #fff }
  .ready .other { background: none; color: #1a73e8 }
  .dialog { position: fixed; left: 50%; top: 24%; transform: translateX(-50%); background: #fff; padding: 24px; border-radius: 12px;
            box-shadow: 0 6px 40px #0005; display: grid; gap: 12px; z-index: 10; max-width: 420px }
  .dialog h2 { font-size: 19px; margin: 0 }
  .dialog button, .tip button { padding: 10px 18px; border-radius: 20px; border: 1px solid #dadce0; background: #fff; color: #1a73e8 }
  .tip { position: fixed; left: 50%; top: 44%; width: 700px; height: 120px; transform: translateX(-50%); background: #1a73e8; color: #fff;
         padding: 20px; border-radius: 10px; z-index: 8 }
  .toggle { width: 44px; height: 44px; border-radius: 50%; border: 1px solid #8886 }
  .lobby, .wall { min-height: 100%; display: grid; place-items: center; align-content: center; gap: 20px; text-align: center }
  .bar { display: flex; gap: 10px; align-items: center }
  .leave { background: #ea4335; color: #fff; border: 0; border-radius: 22px; padding: 10px 22px }
  .call { position: relative; height: 100%; background: #202124; overflow: hidden }
  .grid { position: absolute; inset: 12px 12px 84px; display: grid; gap: 10px; align-content: center;
          grid-template-columns: repeat(auto-fit, minmax(300px, 1fr)) }
  .grid[data-view=speaker] .oZRSLe:not(:first-child) { display: none }
  .menu { background: #fff; padding: 10px; border-radius: 8px }
  .oZRSLe { position: relative; aspect-ratio: 16 / 9; border-radius: 10px; overflow: hidden; background: #3c4043; border: 3px solid transparent }
  .oZRSLe video { position: absolute; inset: 0; width: 100%; height: 100% }
  .oZRSLe .notranslate { position: absolute; left: 12px; bottom: 8px; color: #fff }
  .oZRSLe .level { position: absolute; right: 8px; top: 8px; color: #fff }
  .oZRSLe button { position: absolute; right: 8px; bottom: 8px }
  .controls { position: absolute; bottom: 16px; width: 100%; display: flex; justify-content: center; gap: 10px; z-index: 4 }
  .controls button { height: 44px; min-width: 44px; border-radius: 22px; border: 0 }
  .panel { position: absolute; right: 12px; top: 12px; bottom: 84px; width: 320px; background: #fff; border-radius: 10px; padding: 14px; z-index: 3; overflow: auto }
  .captions { position: absolute; left: 12%; right: 12%; bottom: 84px; color: #fff; background: #000a; padding: 10px; z-index: 2 }
  .Ss4fHf { margin: 8px 0 }
  .NWpY1d { font-weight: 600; display: block }
`;
