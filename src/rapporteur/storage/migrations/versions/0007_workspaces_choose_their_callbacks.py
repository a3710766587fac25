"""Workspaces may choose how callbacks of the MeetStream dialect are told; null is the server's choice."""

from alembic import op
import sqlalchemy as sa

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('workspaces', schema=None) as batch_op:
        batch_op.add_column(sa.Column('callback_profile', sa.String(length=16), nullable=True))
