/** The way of a request: down through the visitor's browser, across, up through the host's tab, and back. */
export function RequestWay() {
  return (
    <figure class="request-way">
      <svg
        viewBox="0 0 480 424"
        role="img"
        aria-label="In the visitor’s browser a page asks for a photo; the service worker takes the request and hands it to the connection. It crosses, encrypted, to the connection in the host’s tab, where the site’s code or a file answers. The answer goes back the same way. The signaling server above has only introduced the two."
      >
        <g class="pic-faint">
          <path d="M152 38C96 40 72 60 66 92" />
          <path d="M328 38C384 40 408 60 414 92" />
        </g>
        <rect class="pic-server" x="152" y="10" width="176" height="54" rx="11" />
        <text x="240" y="33">
          signaling server
        </text>
        <text class="quiet" x="240" y="52">
          introduces, then is gone
        </text>

        <rect class="way-side" x="6" y="94" width="206" height="296" rx="16" />
        <text class="quiet" x="109" y="120">
          visitor’s browser
        </text>
        <Step x={20} y={134} width={178} words="page" note="asks for /photo.jpg" />
        <Step x={20} y={220} width={178} words="service worker" note="takes the request" />
        <Step x={20} y={306} width={178} words="connection" note="cuts it into frames" />
        <Arrows x={109} y={196} />
        <Arrows x={109} y={282} />

        <rect class="way-side" x="268" y="94" width="206" height="296" rx="16" />
        <text class="quiet" x="371" y="120">
          host’s tab
        </text>
        <Step x={282} y={134} width={84} words="code" note="sandbox" />
        <Step x={376} y={134} width={84} words="files" note="as they are" />
        <Step x={282} y={220} width={178} words="host" note="who answers?" />
        <Step x={282} y={306} width={178} words="connection" note="makes it a request again" />
        <Arrows x={324} y={196} />
        <Arrows x={418} y={196} />
        <Arrows x={371} y={282} />

        <path class="pic-link" d="M198 326h84M198 346h84" />
        <path class="pic-flow" d="M198 326h84" />
        <path class="pic-flow late" d="M282 346h-84" />
        <text class="quiet" x="240" y="414">
          encrypted, straight from browser to browser
        </text>
      </svg>
    </figure>
  );
}

interface StepProps {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly words: string;
  readonly note: string;
}

function Step({ x, y, width, words, note }: StepProps) {
  const middle = x + width / 2;
  return (
    <>
      <rect class="pic-window" x={x} y={y} width={width} height="58" rx="9" />
      <text x={middle} y={y + 25}>
        {words}
      </text>
      <text class="quiet" x={middle} y={y + 44}>
        {note}
      </text>
    </>
  );
}

/** Down and up: the request and its answer. */
function Arrows({ x, y }: { readonly x: number; readonly y: number }) {
  return (
    <path
      class="way-arrow"
      d={`M${x - 6} ${y}v18m-4-5 4 5 4-5M${x + 6} ${y + 18}v-18m-4 5 4-5 4 5`}
    />
  );
}
