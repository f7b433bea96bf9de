-- Every number of days overdue falls in exactly one bucket, and so does a missing due date: else
-- items would be lost from an ageing, or counted twice. Correct the seed ageing_buckets.
select days::text as days_overdue, count(buckets.ageing_bucket) as buckets_found
from generate_series(-400, 400) as days
left join {{ ref('ageing_buckets') }} as buckets
    on buckets.has_due_date
    and (buckets.days_from is null or days >= buckets.days_from)
    and (buckets.days_to is null or days < buckets.days_to)
group by days
having count(buckets.ageing_bucket) <> 1

union all

select 'no due date', count(*)
from {{ ref('ageing_buckets') }}
where not has_due_date
having count(*) <> 1

union all

select 'beyond all buckets', count(*)
from {{ ref('ageing_buckets') }}
where has_due_date
having count(*) filter (where days_from is null) <> 1 or count(*) filter (where days_to is null) <> 1
