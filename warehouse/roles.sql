-- Roles of the warehouse (Postgres 14 and later): who loads, who builds the models, who reads, who
-- watches.
--
--   psql "$WAREHOUSE" --set ON_ERROR_STOP=1 --single-transaction --file warehouse/roles.sql
--
-- Run it as the owner of the database, who may create roles; no superuser is needed. The database
-- should be the warehouse's own: nobody else may connect to it afterwards. Run it as often as you
-- like, also on a warehouse that one role alone has loaded and built: its tables change hands. (That
-- role runs it then, or a superuser: only an owner can give away.)
--
-- A second warehouse on the same server finds the roles there, since roles are the server's. If somebody
-- else has made them, that one or a superuser runs this file for it, too, or once
--   grant visma_loader, visma_transformer, looker, visma_monitor to OWNER_OF_THE_SECOND;
--
--   role               schema                                     may
--   visma_loader       visma                                      everything
--   visma_transformer  visma                                      read
--                      finance, finance_build, finance_history    everything
--   looker             finance                                    read, what is there and what comes
--   visma_monitor      visma, finance                             read what alerts.sql reads, and no books
--
-- The first load and the first build make what visma_monitor reads: run it once more after them.
--
-- Other names? Replace them throughout this file. No password stands in it; give each role one:
--
--   \password visma_loader
do $roles$
declare
  its record;
  statement text;
begin
  for its in
    select unnest(array['visma_loader', 'visma_transformer', 'looker', 'visma_monitor']) as role_name
  loop
    if to_regrole(its.role_name) is null then
      execute format('create role %I login', its.role_name);
    end if;
    -- Who gives something to a role must be a member of it; a superuser is one of all.
    if not pg_has_role(its.role_name, 'usage') then
      execute format('grant %I to %I', its.role_name, current_user);
    end if;
  end loop;

  execute format('revoke all on database %I from public', current_database());
  execute format(
    'grant connect, temporary on database %I to visma_loader, visma_transformer', current_database());
  execute format('grant connect on database %I to looker, visma_monitor', current_database());

  for its in
    values
      ('visma', 'visma_loader'),
      ('finance', 'visma_transformer'),
      ('finance_build', 'visma_transformer'),
      ('finance_history', 'visma_transformer')
  loop
    execute format('create schema if not exists %I authorization %I', its.column1, its.column2);
    for statement in
      select format('alter schema %I owner to %I', nspname, its.column2)
      from pg_namespace
      where nspname = its.column1 and nspowner <> its.column2::regrole
      union all
      -- Views in the published schema are somebody's own.
      select format('alter table %s owner to %I', pg_class.oid::regclass, its.column2)
      from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where nspname = its.column1 and relowner <> its.column2::regrole
        and (relkind = 'r' or relkind = 'v' and nspname = 'finance_build')
    loop
      execute statement;
    end loop;
  end loop;
end $roles$;

revoke create on schema public from public;

grant usage on schema visma to visma_transformer, visma_monitor;
grant select on all tables in schema visma to visma_transformer;
alter default privileges for role visma_loader in schema visma
  grant select on tables to visma_transformer;

grant usage on schema finance to looker, visma_monitor;
grant select on all tables in schema finance to looker;
alter default privileges for role visma_transformer in schema finance
  grant select on tables to looker;

do $monitor$
declare
  its regclass;
begin
  foreach its in array array[
    to_regclass('visma.sync_runs'),
    to_regclass('finance.rpt_sync_status'),
    to_regclass('finance.rpt_reconciliation')
  ]
  loop
    if its is not null then
      execute format('grant select on %s to visma_monitor', its);
    end if;
  end loop;
end $monitor$;
