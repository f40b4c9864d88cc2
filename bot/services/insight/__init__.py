"""Figures for HR: summary and report."""
