/** What row 1000 is, for answers that ask no database. `public/constant.txt` holds the same bytes. */
export const CONSTANT = {
  id: 1000,
  name: 'Row 1000',
  text: 'A text of some length, as a row of a list or a table on a page has it.',
};
