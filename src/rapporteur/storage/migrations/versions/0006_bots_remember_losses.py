"""Bots remember when their process was lost, because they join again only a few times within a quarter of an hour."""

from alembic import op
import sqlalchemy as sa

revision = '0006'
down_revision = '0005'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('bots', schema=None) as batch_op:
        batch_op.add_column(sa.Column('losses_ms', sa.JSON(), nullable=False, server_default='[]'))
