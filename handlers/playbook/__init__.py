"""HR's playbook of a programme."""
