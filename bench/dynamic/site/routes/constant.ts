import { CONSTANT } from '../constant.ts';

export const GET = () => CONSTANT;
