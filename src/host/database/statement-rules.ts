/**
 * What a site's SQL may do, as an authorizer of SQLite: all requests share one connection, so nothing may
 * outlive its request but what is in the tables, and nothing but the site's own database may be reached.
 */

/** SQLite's codes of actions (https://sqlite.org/c3ref/c_alter_table.html) that some rule is about. */
const CREATE_TEMP_INDEX = 3;
const CREATE_TEMP_TABLE = 4;
const CREATE_TEMP_TRIGGER = 5;
const CREATE_TEMP_VIEW = 6;
const PRAGMA = 19;
const TRANSACTION = 22;
const ATTACH = 24;
const DETACH = 25;
const SAVEPOINT = 32;

/** Pragmas that only tell something, or check. */
const READING_PRAGMAS = new Set([
  'application_id',
  'collation_list',
  'compile_options',
  'data_version',
  'encoding',
  'foreign_key_check',
  'foreign_key_list',
  'foreign_keys',
  'freelist_count',
  'function_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'module_list',
  'page_count',
  'page_size',
  'pragma_list',
  'quick_check',
  'schema_version',
  'table_info',
  'table_list',
  'table_xinfo',
  'user_version',
]);

/** Of those, the ones whose argument names what to look at, and does not set anything. */
const PRAGMAS_WITH_SUBJECT = new Set([
  'foreign_key_check',
  'foreign_key_list',
  'index_info',
  'index_list',
  'index_xinfo',
  'integrity_check',
  'quick_check',
  'table_info',
  'table_list',
  'table_xinfo',
]);

/** Pragmas that set what lies in the database itself, or ends with the transaction. */
const SETTING_PRAGMAS = new Set([
  'application_id',
  'defer_foreign_keys',
  'optimize',
  'user_version',
]);

/** Why an action is not allowed. */
export interface Denial {
  readonly message: string;
  readonly hint: string;
}

/**
 * @param action, first, second as SQLite tells them to an authorizer
 * @param vacuuming whether the statement that runs is VACUUM
 * @returns undefined when the action is allowed
 */
export function denial(
  action: number,
  first: string,
  second: string | undefined,
  vacuuming: boolean,
): Denial | undefined {
  // It makes itself of a transaction and a nameless database. `VACUUM INTO` attaches one with a name.
  if (vacuuming && (action === TRANSACTION || (action === ATTACH && first === '')))
    return undefined;
  switch (action) {
    case TRANSACTION:
    case SAVEPOINT:
      return {
        message: `${action === SAVEPOINT ? 'SAVEPOINT' : first} is not allowed.`,
        hint: 'Other requests use the same connection. Use db.batch([…]): its statements are one transaction. Each migration is one, too.',
      };
    case ATTACH:
      return {
        message: 'Other database files cannot be used (ATTACH, VACUUM INTO).',
        hint: 'A site has one database. Put all tables into it.',
      };
    case DETACH:
      return { message: 'DETACH is not allowed.', hint: 'A site has one database.' };
    case CREATE_TEMP_INDEX:
    case CREATE_TEMP_TABLE:
    case CREATE_TEMP_TRIGGER:
    case CREATE_TEMP_VIEW:
      return {
        message: 'Temporary tables, views and triggers are not allowed.',
        hint: 'Other requests use the same connection and would see them. Use WITH … AS (…) in the statement, or an ordinary table.',
      };
    case PRAGMA:
      return pragmaDenial(first.toLowerCase(), second);
    default:
      return undefined;
  }
}

function pragmaDenial(name: string, argument: string | undefined): Denial | undefined {
  if (SETTING_PRAGMAS.has(name)) return undefined;
  if (READING_PRAGMAS.has(name) && (argument === undefined || PRAGMAS_WITH_SUBJECT.has(name))) {
    return undefined;
  }
  const hint =
    name === 'foreign_keys'
      ? 'Foreign keys are always enforced. PRAGMA defer_foreign_keys = on checks them at the end of the transaction only.'
      : 'Other requests use the same connection. What PRAGMA may do here: ask about tables and indexes, user_version, application_id, defer_foreign_keys, optimize, integrity_check.';
  return {
    message: `PRAGMA ${name} is not allowed${argument === undefined ? '' : ' to be set'}.`,
    hint,
  };
}
