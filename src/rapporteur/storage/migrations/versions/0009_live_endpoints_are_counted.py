"""Of live endpoints is known how much arrived and how much was given up."""

from alembic import op
import sqlalchemy as sa

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('live_event_counts',
    sa.Column('endpoint_id', sa.String(length=36), nullable=False),
    sa.Column('generation', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('event', sa.String(length=64), nullable=False),
    sa.Column('delivered', sa.BigInteger(), nullable=False),
    sa.Column('dropped', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['endpoint_id'], ['live_endpoints.id'], name=op.f('fk_live_event_counts_endpoint_id_live_endpoints'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('endpoint_id', 'generation', 'event', name=op.f('pk_live_event_counts'))
    )
