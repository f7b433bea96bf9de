{# The transaction of `publish`, as one statement of PL/pgSQL. #}
{% macro publish_statement(marts) -%}
do $publish$
declare
  build constant text := '{{ target.schema }}';
  published constant text := '{{ published_schema() }}';
  marts constant text[] := '{ {{- marts | join(',') -}} }';
  mart text;
  old_table text;
  new_table text;
  column_list text;
  key_list text;
  reshaped text[];
  gone text[];
  step record;
  deleted bigint;
  inserted bigint;
  counted bigint;
  patient_until timestamptz;
  said text;
  give_up_at constant timestamptz :=
    clock_timestamp() + interval '{{ var("publish_wait_seconds") }} seconds';
begin
  -- No newer build can begin until this one is published.
  perform pg_advisory_xact_lock_shared({{ build_lock() }});
  {{ refuse_if_overtaken() }}
  foreach mart in array marts loop
    execute format('lock table %I.%I in access share mode', build, mart);
  end loop;
  if to_regnamespace(published) is null then
    execute format('create schema %I', published);
  end if;
  execute format(
    'create table if not exists %I.published_marts (mart text primary key,
       row_count bigint not null, rows_changed bigint not null,
       published_at timestamptz not null, build_id text not null)', published);
  execute format('lock table %I.published_marts in exclusive mode', published);
  execute format('select coalesce(array_agg(mart), ''{}'') from %I.published_marts
                  where mart <> all ($1)', published) into gone using marts;

  -- New marts. Who may read published_marts may read them.
  foreach mart in array marts loop
    execute format('select mart from %I.published_marts where mart = $1', published)
      into said using mart;
    continue when said is not null and to_regclass(format('%I.%I', published, mart)) is not null;
    if to_regclass(format('%I.%I', published, mart)) is not null then
      raise exception 'In schema % there is % already, which the models did not make.', published, mart
        using hint = 'Rename or move it, or publish to another schema.';
    end if;
    execute format('create table %1$I.%3$I (like %2$I.%3$I including all)', published, build, mart);
    for step in
      select distinct case grantee when 0 then 'public' else grantee::regrole::text end as reader
      from pg_class, aclexplode(relacl)
      where pg_class.oid = to_regclass(format('%I.published_marts', published))
        and privilege_type = 'SELECT' and grantee <> relowner
    loop
      execute format('grant select on %I.%I to %s', published, mart, step.reader);
    end loop;
  end loop;

  -- Marts whose columns or indexes are others in this version of the project.
  with shapes as (
    select nspname, relname,
      (select string_agg(concat_ws(' ', attname, format_type(atttypid, atttypmod), attnotnull),
                         ', ' order by attname)
       from pg_attribute where attrelid = pg_class.oid and attnum > 0 and not attisdropped),
      (select string_agg(shape, ', ' order by shape)
       from (select concat_ws(' ', indisprimary, indisunique,
                              substring(pg_get_indexdef(indexrelid) from ' USING .*')) as shape
             from pg_index where indrelid = pg_class.oid) as indexes)
    from pg_class join pg_namespace on pg_namespace.oid = relnamespace
    where nspname in (build, published) and relname = any (marts) and relkind = 'r'
  )
  select coalesce(array_agg(distinct relname), '{}') into reshaped
  from (
    select relname from shapes as shape (nspname, relname, its_columns, its_indexes)
    group by relname, its_columns, its_indexes having count(*) = 1
  ) as differing;

  -- Changing a table shuts out its readers. A reader that waits for us while we wait for it would
  -- be ended by the server after deadlock_timeout: so wait less than that for all, or begin again.
  loop
    begin
      patient_until := clock_timestamp() + current_setting('deadlock_timeout')::interval / 2;
      foreach mart in array reshaped || gone loop
        perform set_config('lock_timeout', greatest(1, extract(
          milliseconds from patient_until - clock_timestamp())::int)::text, true);
        execute format('lock table %I.%I in access exclusive mode', published, mart);
      end loop;
      exit;
    exception when lock_not_available then
      if clock_timestamp() > give_up_at then
        raise exception 'The columns of %.% have changed, but somebody kept reading it.',
          published, mart
          using hint = 'Build again when nobody does, or raise the variable publish_wait_seconds.';
      end if;
      perform pg_sleep(0.1);
    end;
  end loop;
  perform set_config('lock_timeout', '0', true);

  begin
    foreach mart in array gone loop
      execute format('drop table %I.%I', published, mart);
      execute format('delete from %I.published_marts where mart = $1', published) using mart;
    end loop;
    foreach mart in array reshaped loop
      old_table := format('%I.%I', published, mart);
      new_table := format('%I.%I', build, mart);
      execute format('delete from %s', old_table);
      for step in
        with columns as (
          select attrelid, attnum, attname, attnotnull,
            format_type(atttypid, atttypmod) || case when attnotnull then ' not null' else '' end
              as definition
          from pg_attribute
          where attrelid in (old_table::regclass, new_table::regclass)
            and attnum > 0 and not attisdropped
        )
        select format('alter table %s drop column %I', old_table, attname) as statement, 0 as place
        from columns as old where attrelid = old_table::regclass and not exists (
          select from columns as new where new.attrelid = new_table::regclass
            and (new.attname, new.definition) = (old.attname, old.definition))
        union all
        select format('alter table %s add column %I %s', old_table, attname, definition), attnum
        from columns as new where attrelid = new_table::regclass and not exists (
          select from columns as old where old.attrelid = old_table::regclass
            and (new.attname, new.definition) = (old.attname, old.definition))
        order by place
      loop
        execute step.statement;
      end loop;
      for step in
        -- An index that a constraint owns goes with it.
        select case when exists (
              select from pg_constraint
              where conrelid = indrelid and conindid = indexrelid and contype in ('p', 'u', 'x'))
            then format('alter table %s drop constraint %I', old_table, relname)
            else format('drop index %I.%I', published, relname) end as statement
        from pg_index join pg_class on pg_class.oid = indexrelid
        where indrelid = old_table::regclass
      loop
        execute step.statement;
      end loop;
      for step in
        select case when indisprimary
            then format('alter table %s add primary key %s', old_table,
                        substring(pg_get_indexdef(indexrelid) from '\(.*\)'))
            else format('create %s index on %s %s', case when indisunique then 'unique' end,
                        old_table, substring(pg_get_indexdef(indexrelid) from ' USING .*')) end
          as statement
        from pg_index where indrelid = new_table::regclass
      loop
        execute step.statement;
      end loop;
    end loop;
  exception when dependent_objects_still_exist then
    get stacked diagnostics said = pg_exception_detail;
    raise exception '%.% is another one in this version of the models: %', published, mart, said
      using hint = 'Drop what depends on it, build again, and make it anew.';
  end;

  foreach mart in array marts loop
    old_table := format('%I.%I', published, mart);
    new_table := format('%I.%I', build, mart);
    select string_agg(quote_ident(attname), ', ') into column_list
    from pg_attribute where attrelid = new_table::regclass and attnum > 0 and not attisdropped;
    select string_agg(quote_ident(attname), ', ') into key_list
    from pg_index join pg_attribute on attrelid = indrelid and attnum = any (indkey)
    where indrelid = new_table::regclass and indisprimary;
    if key_list is null then
      raise exception 'The mart % has no primary key.', mart
        using hint = 'Every published model declares one as a constraint.';
    end if;
    execute format(
      'delete from %1$s as old where not exists (
         select from %2$s as new where (%3$s) = (%4$s) and row(%5$s)::record *= row(%6$s)::record)',
      old_table, new_table,
      regexp_replace(key_list, '(^|, )', '\1old.', 'g'), regexp_replace(key_list, '(^|, )', '\1new.', 'g'),
      regexp_replace(column_list, '(^|, )', '\1old.', 'g'),
      regexp_replace(column_list, '(^|, )', '\1new.', 'g'));
    get diagnostics deleted = row_count;
    execute format(
      'insert into %1$s (%5$s) select %5$s from %2$s as new
       where not exists (select from %1$s as old where (%3$s) = (%4$s))',
      old_table, new_table,
      regexp_replace(key_list, '(^|, )', '\1old.', 'g'), regexp_replace(key_list, '(^|, )', '\1new.', 'g'),
      column_list);
    get diagnostics inserted = row_count;
    execute format('select (select count(*) from %s) - (select count(*) from %s)',
                   old_table, new_table) into counted;
    if counted <> 0 then
      raise exception 'After publishing, % has % rows too many.', old_table, counted;
    end if;
    if deleted + inserted > 0 then
      execute format('analyze %s', old_table);
    end if;
    for step in
      select format('comment on table %s is %L', old_table, new_comment) as statement
      from obj_description(new_table::regclass, 'pg_class') as new_comment
      where new_comment is distinct from obj_description(old_table::regclass, 'pg_class')
      union all
      select format('comment on column %s.%I is %L', old_table, new.attname, new_comment)
      from pg_attribute as new
      join pg_attribute as old on old.attrelid = old_table::regclass and old.attname = new.attname
      cross join col_description(new.attrelid, new.attnum) as new_comment
      where new.attrelid = new_table::regclass
        and new_comment is distinct from col_description(old.attrelid, old.attnum)
    loop
      execute step.statement;
    end loop;
    execute format(
      'insert into %I.published_marts as known
       select $1, (select count(*) from %s), $2, clock_timestamp(), $3
       on conflict (mart) do update set row_count = excluded.row_count,
         rows_changed = excluded.rows_changed, published_at = excluded.published_at,
         build_id = excluded.build_id', published, old_table)
      using mart, greatest(deleted, inserted), '{{ invocation_id }}';
  end loop;
end $publish$
{%- endmacro %}
