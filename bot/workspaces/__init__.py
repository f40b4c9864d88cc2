"""Many workspaces (`BALIK_MODE=many`): installations by OAuth, their tokens, the deletion of what they leave, and which
workspace is being served."""
