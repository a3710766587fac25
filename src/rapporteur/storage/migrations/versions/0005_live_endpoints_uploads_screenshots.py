"""Live endpoints as objects of their own, uploads of recordings, and screenshots of bots."""

from alembic import op
import sqlalchemy as sa

revision = '0005'
down_revision = '0004'
branch_labels = None
depends_on = None


def _status() -> list[sa.Column]:
    return [
        sa.Column('status_code', sa.String(length=16), nullable=False),
        sa.Column('status_sub_code', sa.String(length=80), nullable=True),
        sa.Column('status_at_ms', sa.Double(), nullable=False),
    ]


def upgrade() -> None:
    op.create_table('live_endpoints',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('recording_id', sa.String(length=36), nullable=False),
    sa.Column('bot_id', sa.String(length=36), nullable=False),
    sa.Column('type', sa.String(length=32), nullable=False),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    *_status(),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('metadata', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_live_endpoints_bot_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_live_endpoints_recording_id_recordings'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_live_endpoints_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_live_endpoints'))
    )
    with op.batch_alter_table('live_endpoints', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_live_endpoints_bot_id'), ['bot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_live_endpoints_recording_id'), ['recording_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_live_endpoints_workspace_id_created_at_ms_id'), ['workspace_id', 'created_at_ms', 'id'], unique=False)

    op.create_table('uploads',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    *_status(),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('metadata', sa.JSON(), nullable=False),
    sa.Column('recording_id', sa.String(length=36), nullable=True),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('content_type', sa.String(length=120), nullable=True),
    sa.ForeignKeyConstraint(['id'], ['bots.id'], name=op.f('fk_uploads_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_uploads_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_uploads'))
    )
    with op.batch_alter_table('uploads', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_uploads_workspace_id_created_at_ms_id'), ['workspace_id', 'created_at_ms', 'id'], unique=False)

    op.create_table('screenshots',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('bot_id', sa.String(length=36), nullable=False),
    sa.Column('at_ms', sa.Double(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_screenshots_bot_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_screenshots_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_screenshots'))
    )
    with op.batch_alter_table('screenshots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_screenshots_bot_id_at_ms'), ['bot_id', 'at_ms'], unique=False)
