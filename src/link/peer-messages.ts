/** What a worker and the page that makes its peer connections say to each other, over one port a connection. */
import type { Candidate } from '../protocol/negotiation.ts';
import type { TransportDescription } from '../protocol/transport.ts';
import type { PeerState } from './peer.ts';

/** What a worker asks of the page; each call is answered once, under its number. */
export type PeerCall =
  | { readonly method: 'createOffer' }
  | { readonly method: 'createAnswer' }
  | {
      readonly method: 'setRemoteDescription';
      readonly type: 'offer' | 'answer';
      readonly sdp: string;
    }
  | { readonly method: 'addCandidate'; readonly candidate: Candidate }
  | { readonly method: 'describe' };

export type ToPeerPage =
  | { readonly kind: 'call'; readonly number: number; readonly call: PeerCall }
  | { readonly kind: 'close' };

/** What a call can bring back; which, its method says. */
export type PeerCallResult = string | TransportDescription | undefined;

export type ToPeerWorker =
  /** First of all: the channels, handed over. */
  | { readonly kind: 'lanes'; readonly channels: readonly RTCDataChannel[] }
  | { readonly kind: 'result'; readonly number: number; readonly value: PeerCallResult }
  | { readonly kind: 'error'; readonly number: number; readonly message: string }
  | { readonly kind: 'candidate'; readonly candidate: Candidate }
  | { readonly kind: 'state'; readonly state: PeerState };
