"""Singer tap for Visma.net ERP (accounting and procurement)."""
