/** Columns that this tap adds to many streams. Columns of one kind of stream, such as `custom_fields`, are with that kind. */

/** Fields that have no column, and values that do not fit into theirs, as the text of a JSON object. */
export const EXTRA = '_extra';

/** When an object was deleted. Targets know this name. */
export const DELETED_AT = '_sdc_deleted_at';

/** The object that a deleted one was merged into. */
export const MERGED_INTO = 'merged_into_id';
