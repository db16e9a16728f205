/**
 * Beside control characters what a terminal obeys instead of showing it, as a class of a regular expression: what turns the
 * direction of writing (Unicode, UAX #9 §2), ends a line, or is nothing to look at.
 */
export const TURNING = String.raw`\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff`;

const OBEYED = new RegExp(String.raw`[\u007f-\u009f${TURNING}]`, 'g');

export const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

/**
 * JSON that says the same, with escapes for what JSON itself leaves as it is but a terminal obeys. Clients choose names, and
 * journalctl shows a line with control characters in it, DEL and C1 too, as so many bytes of blob data.
 */
export const harmlessJson = (json: string): string => json.replace(OBEYED, escaped);
