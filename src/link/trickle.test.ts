import { expect, it } from 'vitest';
import type { Candidate } from '../protocol/negotiation.ts';
import { StandInPeer } from './testing/stand-in-peer.ts';
import { addRemoteCandidates, LocalCandidates, MAX_REMOTE_CANDIDATES } from './trickle.ts';

const candidate = (name: string): Candidate => ({
  candidate: `candidate:${name}`,
  sdpMid: '0',
  sdpMLineIndex: 0,
});

it('local candidates wait for their description, and follow it in order', () => {
  const local = new LocalCandidates();
  const sent: string[] = [];
  local.add(candidate('a'));
  local.add(candidate('b'));
  local.release(({ candidate }) => sent.push(candidate));
  local.add(candidate('c'));
  expect(sent).toEqual(['candidate:a', 'candidate:b', 'candidate:c']);
});

it('a flood of candidates is cut off, and its source is told to stop', async () => {
  const peer = new StandInPeer();
  let stopped = false;
  async function* flood() {
    try {
      for (let count = 0; ; count += 1) yield candidate(String(count));
    } finally {
      stopped = true;
    }
  }
  await addRemoteCandidates(peer, flood());
  expect(peer.candidates).toHaveLength(MAX_REMOTE_CANDIDATES);
  expect(stopped).toBe(true);
});

it('a candidate that cannot be read harms none of the others', async () => {
  const peer = new StandInPeer();
  peer.refuses = ({ candidate }) => candidate === 'candidate:broken';
  async function* mixed() {
    for (const name of ['a', 'broken', 'b']) yield candidate(name);
  }
  await addRemoteCandidates(peer, mixed());
  expect(peer.candidates).toEqual([candidate('a'), candidate('b')]);
});

it('a channel that breaks leaves the candidates so far', async () => {
  const peer = new StandInPeer();
  async function* breaking() {
    yield candidate('a');
    throw new Error('The socket is closed.');
  }
  await addRemoteCandidates(peer, breaking());
  expect(peer.candidates).toEqual([candidate('a')]);
});
