"""Invoices and payments: numbers without a gap, credit notes, bank files, e-invoices, the books."""
