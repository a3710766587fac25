"""Recordings may have a configuration of their own; those without one have their bot's."""

from alembic import op
import sqlalchemy as sa

revision = '0002'
down_revision = '0001'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.add_column(sa.Column('config', sa.JSON(none_as_null=True), nullable=True))
