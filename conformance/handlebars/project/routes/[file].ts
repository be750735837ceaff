/** Runs one file of the specification on the Handlebars that sites have, inside the sandbox. */
import Handlebars from 'handlebars';
import { onEngine } from '../bench.ts';
import { runSpec } from '../run-spec.ts';
import specs from '../specs.json';

export const GET = ({ params }: { params: { file: keyof typeof specs } }) =>
  runSpec(specs[params.file], Handlebars, onEngine(Handlebars));
