/**
 * Largest message that we send or take, in bytes: 64 KiB less one, which every implementation accepts and
 * which holds up the other lanes for 52 ms at 10 Mbit/s, as lanes are not interleaved within a message.
 */
export const MAX_MESSAGE_SIZE = 65_535;
