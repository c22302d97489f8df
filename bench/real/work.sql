-- Inserts, indexes, joins and groups 100,000 rows in memory.
PRAGMA journal_mode=OFF;
CREATE TABLE item(id INTEGER PRIMARY KEY, owner INTEGER, name TEXT, price REAL);
CREATE TABLE owner(id INTEGER PRIMARY KEY, city TEXT);
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000)
INSERT INTO item SELECT i, i * 7919 % 2000,
	'item ' || hex(i * 2654435761 % 4294967296), i * 37 % 1000 / 10.0 FROM n;
WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1999)
INSERT INTO owner SELECT i, 'city' || (i % 97) FROM n;
CREATE INDEX item_owner ON item(owner);
CREATE INDEX item_name ON item(name);
SELECT city, count(*), sum(price) FROM item JOIN owner ON owner.id = item.owner
	GROUP BY city ORDER BY 3 DESC LIMIT 5;
SELECT count(DISTINCT substr(name, 1, 9)) FROM item WHERE name LIKE 'item 7%';
UPDATE item SET name = name || '/' || owner WHERE id % 3 = 0;
DELETE FROM item WHERE id % 5 = 0;
SELECT group_concat(name, ';') IS NOT NULL FROM item WHERE owner < 500;
SELECT count(*), avg(length(name)) FROM item;
