{{ config(indexes=[
    {'columns': ['company_id', 'customer_number']},
    {'columns': ['company_id', 'ageing_bucket']},
    {'columns': ['due_date']},
]) }}
{{ open_items(
    ref('int_visma__ar_open_documents'), 'customer', 'fct_ar_open_item_key',
    ['dunning_letter_level', 'dunning_letter_date'],
) }}
