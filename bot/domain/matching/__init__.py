"""Matching: scores, rules, solver, explanations."""
