{{ balance_history(ref('int_visma__ap_document_signed'), ref('int_visma__ap_applications')) }}
