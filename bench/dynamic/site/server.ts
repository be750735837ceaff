import { createApp } from './app.ts';
import { type Database, SELECT_ROW } from './database.ts';

export default createApp<{ DB: Database }>(({ DB }, id) => DB.prepare(SELECT_ROW).bind(id).first());
