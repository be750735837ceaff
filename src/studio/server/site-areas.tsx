import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { FILES_WIDTH, RESULT_SHARE } from '../session/areas.ts';
import { useStudio } from '../session/studio.ts';
import { Splitter } from './splitter.tsx';

interface SiteAreasProps {
  readonly files: ComponentChildren;
  readonly editor: ComponentChildren;
  readonly result: ComponentChildren;
}

/** Files, editor and result side by side, as far as there is room. */
export function SiteAreas({ files, editor, result }: SiteAreasProps) {
  const { areas } = useStudio();
  const element = useRef<HTMLElement>(null);
  const shown = areas.shown.value;
  const filesWidth = areas.filesWidth.value;
  const resultShare = areas.resultShare.value;
  const beside = areas.room.value !== 'phone';

  function shareAt(x: number): number {
    if (!element.current) return resultShare;
    const { right, width } = element.current.getBoundingClientRect();
    const left = shown.has('files') ? filesWidth : 0;
    return ((right - x) / (width - left)) * 100;
  }

  return (
    <main
      ref={element}
      class="site-areas"
      aria-label="Site"
      style={{ '--files-width': `${filesWidth}px`, '--result-share': resultShare }}
    >
      <div class="area area-files" id="area-files" data-tour="files" hidden={!shown.has('files')}>
        {files}
      </div>
      {beside && shown.has('files') && (
        <Splitter
          label="Width of the files"
          controls="area-files"
          size={FILES_WIDTH}
          value={filesWidth}
          step={16}
          direction={1}
          valueAt={(x) => x - (element.current?.getBoundingClientRect().left ?? 0)}
          onResize={areas.resizeFiles}
          onFold={() => areas.toggle('files')}
        />
      )}
      <div class="area area-editor" data-tour="editor" hidden={!shown.has('editor')}>
        {editor}
      </div>
      {beside && shown.has('result') && (
        <Splitter
          label="Width of the result"
          controls="area-result"
          size={RESULT_SHARE}
          value={resultShare}
          step={2}
          direction={-1}
          valueAt={shareAt}
          onResize={areas.resizeResult}
          onFold={() => areas.toggle('result')}
        />
      )}
      <div
        class="area area-result"
        id="area-result"
        data-tour="result"
        hidden={!shown.has('result')}
      >
        {result}
      </div>
    </main>
  );
}
