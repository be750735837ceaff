import type { SitePage } from '../e2e/starters/site-page.ts';

/** What a starter shows on its picture. */
export interface StarterScene {
  /** Puts things into its database, as a last migration. */
  readonly sql?: string;
  /** Address of the page; default `/`. */
  readonly path?: string;
  /** What a visitor does first. */
  readonly act?: (visitor: SitePage) => Promise<void>;
  /** Width of the page in CSS pixels, which are then drawn smaller; default 1080. */
  readonly width?: number;
}

/** By the starter's id; one that is not here is shown as it begins. */
export const STARTER_SCENES: Readonly<Record<string, StarterScene>> = {
  empty: { width: 900 },
  'grocery-list': {
    sql: `
      INSERT INTO people (id, name) VALUES (101, 'Ben'), (102, 'Cleo');
      UPDATE items SET person_id = 101 WHERE name IN ('Apples', 'Milk');
      UPDATE items SET person_id = 102 WHERE name = 'Rye bread';`,
    async act(visitor) {
      await visitor.fill('Who are you?', 'Ann');
      await visitor.press('Join in');
      await visitor.press('I bring it: Lemonade');
      await visitor.sees('You bring it');
    },
  },
  'garage-sale': {
    sql: "UPDATE items SET reserved_by = 'Ben', contact = '-', visitor = '-' WHERE title = 'Reading lamp';",
  },
  login: { width: 860 },
  voting: {
    sql: `
      INSERT INTO votes (visitor, answer_id)
      VALUES ('a', 1), ('b', 1), ('c', 1), ('d', 1), ('e', 2), ('f', 2), ('g', 3), ('h', 4);`,
    async act(visitor) {
      await visitor.press('Up the mountain 25 % 2');
      await visitor.find('button', 'Up the mountain 33 % 3');
    },
    width: 900,
  },
  chat: {
    sql: `
      INSERT INTO messages (room_id, name, text, sent) VALUES
        (1, 'Ben', 'Who has the big pot?', '2026-03-07T17:02:00Z'),
        (1, 'Cleo', 'It is on my balcony, with a tomato plant in it.', '2026-03-07T17:03:00Z'),
        (1, 'Ann', 'Then we need another one by six.', '2026-03-07T17:05:00Z'),
        (1, 'Ben', 'I will ask in the Garden.', '2026-03-07T17:06:00Z');`,
    async act(visitor) {
      await visitor.fill('What shall the others call you?', 'Ann');
      await visitor.press('Come in');
      await visitor.sees('I will ask in the Garden.');
    },
  },
  drawing: {
    sql: landscape(),
    async act(visitor) {
      await visitor.until('the picture', (frame) =>
        frame.evaluate(() => {
          const paper = document.querySelector<HTMLCanvasElement>('#paper');
          const roof = paper?.getContext('2d')?.getImageData(720, 325, 1, 1).data;
          return roof?.[1] === 52;
        }),
      );
    },
  },
  quiz: {
    path: '/teacher',
    sql: `
      INSERT INTO players (id, name) VALUES (1, 'Ann'), (2, 'Ben'), (3, 'Cleo'), (4, 'Dan');
      INSERT INTO answers (question_id, player_id, answer)
      VALUES (4, 1, 'a'), (4, 2, 'b'), (4, 3, 'a'), (4, 4, 'a');
      UPDATE quiz SET phase = 'showing', question_id = 4;`,
    async act(visitor) {
      await visitor.fill('The word', 'chalk');
      await visitor.press('Go on');
      await visitor.sees('Ada Lovelace');
    },
  },
  files: {
    sql: `
      INSERT INTO files (name, size, piece_size, added_at, complete) VALUES
        ('Holiday in the mountains.mp4', 340787200, 1048576, 1772873100000, 1),
        ('Sheet music for Sunday.pdf', 2411724, 1048576, 1772876400000, 1),
        ('Birthday photos.zip', 188743680, 1048576, 1772880000000, 1);`,
    act: (visitor) => visitor.sees('Birthday photos.zip'),
  },
};

/** A house between hills, as lines of the drawing board. */
function landscape(): string {
  const lines: (readonly [colour: string, width: number, points: readonly number[]])[] = [
    ['#2f9e44', 36, curve(0, 1600, (x) => 790 - 90 * Math.sin(x / 330))],
    ['#2f9e44', 36, curve(0, 1600, (x) => 860 - 60 * Math.sin(x / 250 + 2))],
    ['#22252b', 12, [560, 730, 560, 480, 720, 330, 880, 480, 880, 730, 560, 730]],
    ['#d0342c', 36, [540, 490, 720, 320, 900, 490]],
    ['#1c7ed6', 12, [620, 560, 700, 560, 700, 640, 620, 640, 620, 560]],
    ['#8241c4', 12, [760, 730, 760, 580, 830, 580, 830, 730]],
    ['#f2c500', 36, ring(1290, 220, 70)],
    ['#f2c500', 36, ring(1290, 220, 35)],
    ['#e8871e', 12, [1290, 80, 1290, 110, 1290, 80]],
    ['#e8871e', 12, [1430, 220, 1400, 220, 1430, 220]],
    ['#e8871e', 12, [1150, 220, 1180, 220, 1150, 220]],
    ['#e8871e', 12, [1290, 360, 1290, 330, 1290, 360]],
    ['#22252b', 12, [250, 750, 250, 560]],
    ['#2f9e44', 36, ring(250, 500, 60)],
    ['#2f9e44', 36, ring(250, 500, 30)],
    ['#1c7ed6', 4, curve(960, 1110, (x) => 260 - 24 * Math.abs(Math.sin((x - 960) / 48)))],
  ];
  return lines
    .map(([colour, width, points]) => {
      const rounded = JSON.stringify(points.map(Math.round));
      return `INSERT INTO lines (colour, width, points) VALUES ('${colour}', ${width}, '${rounded}');`;
    })
    .join('\n');
}

function curve(from: number, to: number, y: (x: number) => number): number[] {
  const points: number[] = [];
  for (let x = from; x <= to; x += 12) points.push(x, y(x));
  return points;
}

function ring(x: number, y: number, radius: number): number[] {
  const points: number[] = [];
  for (let angle = 0; angle <= 2 * Math.PI + 0.2; angle += 0.2) {
    points.push(x + radius * Math.cos(angle), y + radius * Math.sin(angle));
  }
  return points;
}
