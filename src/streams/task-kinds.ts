/** The kinds of tasks, as `_type` names them. */
export const TASK_KINDS: readonly string[] = [
  'answered_detached_call',
  'email_followup',
  'incoming_email',
  'incoming_sms',
  'lead',
  'missed_call',
  'opportunity_due',
  'outgoing_call',
  'voicemail',
];
