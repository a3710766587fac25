"""Screenshots may be evidence of what happened, and evidence may have no picture."""

from alembic import op
import sqlalchemy as sa

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('screenshots', schema=None) as batch_op:
        batch_op.add_column(sa.Column('evidence', sa.JSON(none_as_null=True), nullable=True))
        batch_op.alter_column('key', existing_type=sa.Text(), nullable=True)
