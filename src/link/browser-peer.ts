/** WebRTC as a browser's page has it, channels included. */
import {
  BrowserConnection,
  createLaneChannels,
  createRtcConnection,
} from './browser-connection.ts';
import { BrowserLanes } from './browser-lanes.ts';
import type { CreatePeer } from './peer.ts';

/** Makes a connection with the page's own RTCPeerConnection. */
export const createBrowserPeer: CreatePeer = async ({ iceServers }) => {
  const rtc = createRtcConnection(iceServers);
  const lanes = new BrowserLanes(createLaneChannels(rtc));
  const connection = new BrowserConnection(rtc);
  const listening = new AbortController();
  return {
    listen(listener) {
      connection.listen(listener, listening.signal);
      lanes.listen(listener, listening.signal);
    },
    createOffer: () => connection.createOffer(),
    createAnswer: () => connection.createAnswer(),
    setRemoteDescription: (kind, sdp) => connection.setRemoteDescription(kind, sdp),
    addCandidate: (candidate) => connection.addCandidate(candidate),
    queued: (lane) => lanes.queued(lane),
    send: (lane, message) => lanes.send(lane, message),
    closeLanes: () => lanes.close(),
    describe: () => connection.describe(),
    close() {
      listening.abort();
      connection.close();
    },
  };
};
