import { readId } from '../ids.ts';
import { createRandom } from '../random.ts';
import type { Row } from '../table.ts';
import { phrase } from '../words.ts';

/** Which requests bring a transcript if they name it. Close's documentation does not say it. */
export type Transcripts = 'lists' | 'objects' | 'nowhere';

const NAMES = ['recording_transcript', 'voicemail_transcript', 'transcripts'] as const;

/** Most recordings have a transcript, and some have none. */
function transcriptsOf(row: Row): Row {
  const random = createRandom(0x7a1c, readId(String(row.id)));
  const transcript = () => ({
    utterances: [{ speaker_label: 'A', speaker_side: 'contact', start: 0, end: 1.5, text: phrase(random) }],
    summary_text: phrase(random),
    summary_html: null,
  });
  const share = random.chance(0.7);
  return {
    ...(row._type === 'Call' && {
      recording_transcript: share && row.has_recording === true ? transcript() : null,
      voicemail_transcript: share && typeof row.voicemail_url === 'string' ? transcript() : null,
    }),
    ...(row._type === 'Meeting' && {
      transcripts: share && row.status === 'completed' ? [transcript()] : [],
    }),
  };
}

export function asksForTranscripts(fields: readonly string[] | undefined): boolean {
  return NAMES.some((name) => fields?.includes(name));
}

/** The activity with its transcripts, which are sent only if they are asked for. */
export function withTranscripts(row: Row): Row {
  return { ...row, ...transcriptsOf(row) };
}
