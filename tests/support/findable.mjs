// findable.mjs - by what publications are found, as publication_make_findable writes it: for those
// that a test makes by SQL, with their search_text. Conditions name columns of publication.

export const findable = (where) => [
  `INSERT INTO publication_suffix SELECT DISTINCT SUBSTR(search_text, seq, 16), id
    FROM publication JOIN seq_1_to_160 ON seq <= CHAR_LENGTH(search_text)
    AND SUBSTR(search_text, seq, 1) <> '|' WHERE ${where} ORDER BY 1, 2`,
  `INSERT INTO publication_suffix SELECT CONCAT('\\td', checked_on), id
    FROM publication WHERE ${where}`,
  `INSERT INTO publication_suffix SELECT CONCAT('\\t', IF(seq & 1, region_code, '-'),
    IF(seq & 2, LEFT(result_class, 1), '-'), IF(seq & 4, LEFT(kind, 1), '-'),
    IF(seq & 8, LEFT(SHA2(department_name, 256), 7), '-')), id
    FROM publication JOIN seq_1_to_15 WHERE ${where}`];
