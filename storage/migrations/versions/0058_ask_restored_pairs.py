"""ask restored pairs about their goals and cards

Written 2026-11-30; after 0057.
"""

from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None

# Pairs that HR restored lost the times of these questions while they were over. The jobs look at each once, and ask
# or plan what is still to be asked.
RESTORED = "SELECT id FROM pair WHERE restored_at IS NOT NULL AND state = 'active'"
GOALS = f"""
    UPDATE agreement SET next_goal_at = (SELECT restored_at FROM pair WHERE pair.id = agreement.pair_id)
    WHERE next_goal_at IS NULL AND mentor_signed_at IS NOT NULL AND mentee_signed_at IS NOT NULL
    AND pair_id IN ({RESTORED})
"""
CARDS = f"""
    UPDATE actioncard SET next_follow_at = (SELECT restored_at FROM pair WHERE pair.id = actioncard.pair_id)
    WHERE next_follow_at IS NULL AND state = 'open' AND pair_id IN ({RESTORED})
"""


def upgrade() -> None:
    op.execute(GOALS)
    op.execute(CARDS)


def downgrade() -> None:
    pass
