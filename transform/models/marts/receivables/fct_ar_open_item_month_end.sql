{{ config(indexes=[
    {'columns': ['company_id', 'financial_period']},
    {'columns': ['company_id', 'customer_number']},
    {'columns': ['as_of']},
]) }}
{{ open_items_month_end(
    ref('int_visma__ar_document_signed'), ref('int_visma__ar_balance_history'),
    ref('snap_ar_open_items'), 'customer', 'fct_ar_open_item_month_end_key',
) }}
