"""Questions that HR adds to its programme."""
