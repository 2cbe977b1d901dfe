import { activities } from './activities.ts';
import { blockedPhoneNumbers } from './blocked-phone-numbers.ts';
import { bulkDeletes } from './bulk-deletes.ts';
import { bulkEdits } from './bulk-edits.ts';
import { bulkEmails } from './bulk-emails.ts';
import { bulkSequenceSubscriptions } from './bulk-sequence-subscriptions.ts';
import { commentThreads } from './comment-threads.ts';
import { comments } from './comments.ts';
import { connectedAccounts } from './connected-accounts.ts';
import { contactIds } from './contact-ids.ts';
import { contacts } from './contacts.ts';
import { customActivityTypes } from './custom-activity-types.ts';
import { customFields } from './custom-fields.ts';
import { customObjectTypes } from './custom-object-types.ts';
import { customObjects } from './custom-objects.ts';
import type { StreamDefinition } from './define-stream.ts';
import { dialerSessions } from './dialer-sessions.ts';
import { emailTemplates } from './email-templates.ts';
import { eventLog } from './event-log.ts';
import { exports } from './exports.ts';
import { forms } from './forms.ts';
import { groups } from './groups.ts';
import { integrationLinks } from './integration-links.ts';
import { leadFiles } from './lead-files.ts';
import { leadIds } from './lead-ids.ts';
import { leadSmartFields } from './lead-smart-fields.ts';
import { leadStatuses } from './lead-statuses.ts';
import { leads } from './leads.ts';
import { memberships } from './memberships.ts';
import { opportunities } from './opportunities.ts';
import { opportunityIds } from './opportunity-ids.ts';
import { opportunityStatuses } from './opportunity-statuses.ts';
import { organization } from './organization.ts';
import { outcomes } from './outcomes.ts';
import { phoneNumbers } from './phone-numbers.ts';
import { pipelines } from './pipelines.ts';
import { playbooks } from './playbooks.ts';
import { roles } from './roles.ts';
import { schedulingLinks } from './scheduling-links.ts';
import { sendAs } from './send-as.ts';
import { sequenceSubscriptions } from './sequence-subscriptions.ts';
import { sequences } from './sequences.ts';
import { sharedSchedulingLinks } from './shared-scheduling-links.ts';
import { smartViews } from './smart-views.ts';
import { smsTemplates } from './sms-templates.ts';
import { stages } from './stages.ts';
import { tasks } from './tasks.ts';
import { unsubscribedEmails } from './unsubscribed-emails.ts';
import { users } from './users.ts';
import { webhooks } from './webhooks.ts';

/** Every stream, in the order of the catalog and of SCHEMA messages. The first six are read by default. */
export const streams: readonly StreamDefinition[] = [
  customFields,
  leads,
  activities,
  tasks,
  users,
  eventLog,
  contacts,
  opportunities,
  pipelines,
  leadStatuses,
  opportunityStatuses,
  sequences,
  sequenceSubscriptions,
  emailTemplates,
  smsTemplates,
  smartViews,
  customActivityTypes,
  customObjectTypes,
  customObjects,
  roles,
  groups,
  memberships,
  outcomes,
  phoneNumbers,
  connectedAccounts,
  integrationLinks,
  unsubscribedEmails,
  forms,
  playbooks,
  dialerSessions,
  sendAs,
  bulkEmails,
  bulkEdits,
  bulkDeletes,
  bulkSequenceSubscriptions,
  exports,
  webhooks,
  schedulingLinks,
  sharedSchedulingLinks,
  blockedPhoneNumbers,
  commentThreads,
  comments,
  leadIds,
  contactIds,
  opportunityIds,
  organization,
  stages,
  leadSmartFields,
  leadFiles,
];
