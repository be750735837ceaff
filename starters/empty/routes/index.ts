// The default dynamic file. It runs in your tab whenever somebody asks for the address "/".
// (routes/about.ts would answer "/about", and routes/items/[id].ts "/items/42".)

import type { Route } from 'peerserver';

// GET is what a browser does when somebody opens a page.
// The braces hold what this function needs: here "file", which reads a file of public/. There is more, such as
// query, form, session, db, sql, render, cookies and log.
export const GET: Route = ({ file }) => {
  // What you return is the answer. Try a text instead:
  //   return '<h1>It is ' + new Date().toLocaleTimeString() + '</h1>';
  return file('index.html');
};
