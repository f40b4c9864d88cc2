"""Many workspaces (`BALIK_MODE=many`): installations by OAuth, their tokens, and the deletion of what they leave."""
