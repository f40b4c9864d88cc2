"""Links to a company's own material, which HR adds and pairs find with their sessions."""
