/** What a data directory does not hold: for the end of a sentence. */
export const NOT_KEPT = 'MQTT sessions and retained messages, and logs for queries (their files go on)';
