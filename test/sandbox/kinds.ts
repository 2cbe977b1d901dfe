/** A type of activity: its `_type`, its path below /activity/, its name in search and events, and how common it is. */
export interface ActivityType {
  readonly name: string;
  readonly path: string;
  readonly object: string;
  readonly weight: number;
}

export const ACTIVITY_TYPES: readonly ActivityType[] = [
  { name: 'Call', path: 'call', object: 'activity.call', weight: 22 },
  { name: 'Email', path: 'email', object: 'activity.email', weight: 22 },
  { name: 'EmailThread', path: 'emailthread', object: 'activity.email_thread', weight: 9 },
  { name: 'Note', path: 'note', object: 'activity.note', weight: 10 },
  { name: 'SMS', path: 'sms', object: 'activity.sms', weight: 8 },
  { name: 'Meeting', path: 'meeting', object: 'activity.meeting', weight: 6 },
  { name: 'LeadStatusChange', path: 'status_change/lead', object: 'activity.lead_status_change', weight: 5 },
  {
    name: 'OpportunityStatusChange',
    path: 'status_change/opportunity',
    object: 'activity.opportunity_status_change',
    weight: 4,
  },
  { name: 'TaskCompleted', path: 'task_completed', object: 'activity.task_completed', weight: 5 },
  { name: 'Created', path: 'created', object: 'activity.created', weight: 5 },
  { name: 'CustomActivity', path: 'custom', object: 'activity.custom_activity', weight: 2 },
  { name: 'WhatsAppMessage', path: 'whatsapp_message', object: 'activity.whatsapp_message', weight: 1 },
  { name: 'FormSubmission', path: 'form_submission', object: 'activity.form_submission', weight: 0.7 },
  { name: 'LeadMerge', path: 'lead_merge', object: 'activity.lead_merge', weight: 0.3 },
  { name: 'ImportUpdate', path: 'import_update', object: 'activity.import_update', weight: 0.3 },
];

export const TASK_TYPES = [
  'lead',
  'incoming_email',
  'email_followup',
  'missed_call',
  'answered_detached_call',
  'voicemail',
  'opportunity_due',
  'incoming_sms',
  'outgoing_call',
] as const;

export function activityType(name: string): number {
  const code = ACTIVITY_TYPES.findIndex((type) => type.name === name);
  if (code < 0) throw new Error(`no activity type ${name}`);
  return code;
}

const codeOf = activityType;

export const CALL = codeOf('Call');
export const EMAIL = codeOf('Email');
export const EMAIL_THREAD = codeOf('EmailThread');
export const MEETING = codeOf('Meeting');
export const OPPORTUNITY_CHANGE = codeOf('OpportunityStatusChange');
export const TASK_COMPLETED = codeOf('TaskCompleted');
export const CREATED = codeOf('Created');
export const CUSTOM_ACTIVITY = codeOf('CustomActivity');
export const LEAD_MERGE = codeOf('LeadMerge');

/** The `object_type` of an object's events: `activity.call`, `task.lead`, or the kind itself. */
export function eventObject(kind: string, type: number): string {
  if (kind === 'activity') return ACTIVITY_TYPES[type]?.object ?? 'activity.note';
  return kind === 'task' ? `task.${TASK_TYPES[type] ?? 'lead'}` : kind;
}
