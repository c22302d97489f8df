-- Fixture of sqlite3.sh.
create table t (id integer primary key, name text, v integer, blob blob);
create index t_name on t (name, v);
begin;
with recursive n(i) as (select 1 union all select i + 1 from n where i < 30000)
insert into t select i, 'name' || (i * 7919 % 1009), i * i % 65537, zeroblob(i % 200) from n;
commit;
select count(*), count(distinct name), sum(v) from t;
create table g as select name, count(*) c, sum(v) s, max(length(blob)) m from t group by name;
select * from g order by s desc, name limit 5;
select a.name, count(*) from t a join t b on a.v = b.id where b.v < 100 group by 1 order by 2 desc, 1 limit 5;
select name, v, rank() over (partition by name order by v) r from t where id < 3000 order by r desc, name, v limit 5;
select length(group_concat(name || v)) from (select * from t order by v, id);
select json_group_array(json_object('n', name, 's', s)) from (select * from g order by name limit 3);
update t set name = upper(name), blob = hex(v) where id % 3 = 0;
delete from t where id % 5 = 0;
begin;
delete from t;
rollback;
vacuum;
pragma integrity_check;
select hex(zeroblob(8)), length(printf('%.*c', 3000000, 'x')), length(replace(hex(zeroblob(500000)), '00', 'abc'));
.mode csv
select name, v from t order by id limit 4;
