import { chat } from './chat.ts';
import { drawing } from './drawing.ts';
import { empty } from './empty.ts';
import { files } from './files.ts';
import { garageSale } from './garage-sale.ts';
import { groceryList } from './grocery-list.ts';
import { login } from './login.ts';
import { notes } from './notes.ts';
import { quiz } from './quiz.ts';
import { restApi } from './rest-api.ts';
import type { StarterUse } from './starter.ts';
import { voting } from './voting.ts';

/** How people use each starter, by its id. */
export const STARTERS: Readonly<Record<string, StarterUse>> = {
  empty,
  'grocery-list': groceryList,
  'garage-sale': garageSale,
  login,
  voting,
  chat,
  drawing,
  quiz,
  files,
  notes,
  'rest-api': restApi,
};
