/** What each side checks of the other's half of the handshake before it connects (SPEC H1 to H4). */
import { fromBase64Url } from '../protocol/base64url.ts';
import { PeerServerError } from '../protocol/errors.ts';
import {
  chooseVersion,
  type HandshakeRecord,
  SUPPORTED_VERSIONS,
} from '../protocol/handshake-record.ts';
import { proofBytes, verifySignature } from '../protocol/identity.ts';
import type { AnswerFields, OfferFields } from '../protocol/negotiation.ts';

const NONCE_BYTES = 16;
const KEY_BYTES = 65;

/** Checks an offer's fields; returns the version to speak. Throws `bad-input` or `version-mismatch`. */
export function checkOffer(offer: OfferFields): number {
  checkNonce(offer.visitorNonce);
  if (fromBase64Url(offer.visitorKey)?.length !== KEY_BYTES) {
    throw new PeerServerError('bad-input', "The visitor's key is not a P-256 public key.");
  }
  const version = chooseVersion(SUPPORTED_VERSIONS, offer.versions);
  if (version === undefined) throw versionMismatch();
  return version;
}

/**
 * Checks a host's answer against what was offered and against the key that the site must have. Throws
 * `identity-mismatch`, `version-mismatch` or `bad-input`.
 */
export async function checkAnswer(
  answer: AnswerFields,
  record: HandshakeRecord,
  expectedHostKey: string,
): Promise<void> {
  if (answer.hostKey !== expectedHostKey) {
    throw new PeerServerError(
      'identity-mismatch',
      'The host answered with another key than this site has. Somebody may be in the middle.',
    );
  }
  checkNonce(answer.hostNonce);
  const { min, max } = SUPPORTED_VERSIONS;
  if (answer.version < min || answer.version > max) throw versionMismatch();
  if (!(await verifySignature(expectedHostKey, answer.proof, proofBytes('host', record)))) {
    throw new PeerServerError(
      'identity-mismatch',
      "The host's proof does not fit this connection. Somebody may be in the middle.",
    );
  }
}

function checkNonce(nonce: string): void {
  if (fromBase64Url(nonce)?.length !== NONCE_BYTES) {
    throw new PeerServerError('bad-input', `The peer's nonce is not ${NONCE_BYTES} bytes.`);
  }
}

function versionMismatch(): PeerServerError {
  return new PeerServerError(
    'version-mismatch',
    'The two peers speak no common protocol version. Update the older one.',
  );
}
