"""The first tables."""

from alembic import op
import sqlalchemy as sa

revision = '0001'
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('server_secrets',
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('value', sa.LargeBinary(), nullable=False),
    sa.PrimaryKeyConstraint('name', name=op.f('pk_server_secrets'))
    )
    op.create_table('workspaces',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_workspaces'))
    )
    op.create_table('api_keys',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('prefix', sa.String(length=16), nullable=False),
    sa.Column('digest', sa.String(length=64), nullable=False),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('last_used_ms', sa.Double(), nullable=True),
    sa.Column('revoked_at_ms', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_api_keys_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_api_keys')),
    sa.UniqueConstraint('digest', name=op.f('uq_api_keys_digest'))
    )
    with op.batch_alter_table('api_keys', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_api_keys_workspace_id_created_at_ms'), ['workspace_id', 'created_at_ms'], unique=False)

    op.create_table('bots',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('state_since_ms', sa.Double(), nullable=False),
    sa.Column('stamped_ms', sa.Double(), nullable=False),
    sa.Column('sub_code', sa.String(length=80), nullable=True),
    sa.Column('config', sa.JSON(), nullable=False),
    sa.Column('meeting', sa.JSON(), nullable=False),
    sa.Column('meeting_url', sa.Text(), nullable=False),
    sa.Column('platform', sa.String(length=32), nullable=False),
    sa.Column('bot_name', sa.Text(), nullable=False),
    sa.Column('metadata', sa.JSON(), nullable=False),
    sa.Column('external_id', sa.Text(), nullable=True),
    sa.Column('join_at_ms', sa.Double(), nullable=True),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('generation', sa.Integer(), nullable=False),
    sa.Column('task', sa.String(length=8), nullable=True),
    sa.Column('finishes', sa.Integer(), nullable=False),
    sa.Column('lease_until_ms', sa.Double(), nullable=True),
    sa.Column('fact_number', sa.BigInteger(), nullable=False),
    sa.Column('media_finished', sa.Boolean(), nullable=False),
    sa.Column('event_number', sa.BigInteger(), nullable=False),
    sa.Column('order_number', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_bots_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bots'))
    )
    with op.batch_alter_table('bots', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bots_task_lease_until_ms'), ['task', 'lease_until_ms'], unique=False)
        batch_op.create_index(batch_op.f('ix_bots_workspace_id_created_at_ms_id'), ['workspace_id', 'created_at_ms', 'id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bots_workspace_id_external_id'), ['workspace_id', 'external_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_bots_workspace_id_meeting_url'), ['workspace_id', 'meeting_url'], unique=False)

    op.create_table('bot_events',
    sa.Column('bot_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('at_ms', sa.Double(), nullable=False),
    sa.Column('type', sa.String(length=32), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_bot_events_bot_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_bot_events_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('bot_id', 'number', name=op.f('pk_bot_events'))
    )
    op.create_table('bot_logs',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('bot_id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('at_ms', sa.Double(), nullable=False),
    sa.Column('level', sa.String(length=16), nullable=False),
    sa.Column('message', sa.Text(), nullable=False),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_bot_logs_bot_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_bot_logs_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_bot_logs'))
    )
    with op.batch_alter_table('bot_logs', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_bot_logs_bot_id_id'), ['bot_id', 'id'], unique=False)

    op.create_table('orders',
    sa.Column('bot_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.BigInteger(), autoincrement=False, nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=64), nullable=False),
    sa.Column('body', sa.JSON(), nullable=False),
    sa.Column('acknowledged', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_orders_bot_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_orders_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('bot_id', 'number', name=op.f('pk_orders'))
    )
    op.create_table('recordings',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('bot_id', sa.String(length=36), nullable=False),
    sa.Column('status_code', sa.String(length=16), nullable=False),
    sa.Column('status_sub_code', sa.String(length=80), nullable=True),
    sa.Column('status_at_ms', sa.Double(), nullable=False),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('started_at_ms', sa.Double(), nullable=False),
    sa.Column('completed_at_ms', sa.Double(), nullable=True),
    sa.Column('expires_at_ms', sa.Double(), nullable=True),
    sa.Column('metadata', sa.JSON(), nullable=False),
    sa.Column('report', sa.JSON(none_as_null=True), nullable=True),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_recordings_bot_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_recordings_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_recordings'))
    )
    with op.batch_alter_table('recordings', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_recordings_bot_id_created_at_ms'), ['bot_id', 'created_at_ms'], unique=False)
        batch_op.create_index(batch_op.f('ix_recordings_expires_at_ms'), ['expires_at_ms'], unique=False)
        batch_op.create_index(batch_op.f('ix_recordings_workspace_id_created_at_ms_id'), ['workspace_id', 'created_at_ms', 'id'], unique=False)

    op.create_table('status_changes',
    sa.Column('bot_id', sa.String(length=36), nullable=False),
    sa.Column('at_ms', sa.Double(), nullable=False),
    sa.Column('code', sa.String(length=32), nullable=False),
    sa.Column('sub_code', sa.String(length=80), nullable=True),
    sa.Column('message', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_status_changes_bot_id_bots'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('bot_id', 'at_ms', name=op.f('pk_status_changes'))
    )
    op.create_table('webhook_endpoints',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('bot_id', sa.String(length=36), nullable=True),
    sa.Column('url', sa.Text(), nullable=False),
    sa.Column('events', sa.JSON(), nullable=False),
    sa.Column('secret', sa.LargeBinary(), nullable=False),
    sa.Column('enabled', sa.Boolean(), nullable=False),
    sa.Column('description', sa.Text(), nullable=False),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('first_failure_ms', sa.Double(), nullable=True),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_webhook_endpoints_bot_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_webhook_endpoints_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_endpoints'))
    )
    with op.batch_alter_table('webhook_endpoints', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_endpoints_bot_id'), ['bot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_webhook_endpoints_workspace_id_bot_id'), ['workspace_id', 'bot_id'], unique=False)

    op.create_table('artifacts',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('recording_id', sa.String(length=36), nullable=False),
    sa.Column('bot_id', sa.String(length=36), nullable=False),
    sa.Column('kind', sa.String(length=32), nullable=False),
    sa.Column('status_code', sa.String(length=16), nullable=False),
    sa.Column('status_sub_code', sa.String(length=80), nullable=True),
    sa.Column('status_at_ms', sa.Double(), nullable=False),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('metadata', sa.JSON(), nullable=False),
    sa.Column('format', sa.String(length=16), nullable=True),
    sa.Column('detail', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['bot_id'], ['bots.id'], name=op.f('fk_artifacts_bot_id_bots'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['recording_id'], ['recordings.id'], name=op.f('fk_artifacts_recording_id_recordings'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_artifacts_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_artifacts'))
    )
    with op.batch_alter_table('artifacts', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_artifacts_bot_id'), ['bot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_artifacts_recording_id'), ['recording_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_artifacts_workspace_id_kind_created_at_ms_id'), ['workspace_id', 'kind', 'created_at_ms', 'id'], unique=False)

    op.create_table('webhook_deliveries',
    sa.Column('id', sa.String(length=36), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('endpoint_id', sa.String(length=36), nullable=False),
    sa.Column('event', sa.String(length=64), nullable=False),
    sa.Column('bot_id', sa.String(length=36), nullable=True),
    sa.Column('body', sa.LargeBinary(), nullable=False),
    sa.Column('state', sa.String(length=16), nullable=False),
    sa.Column('attempts', sa.Integer(), nullable=False),
    sa.Column('created_at_ms', sa.Double(), nullable=False),
    sa.Column('next_at_ms', sa.Double(), nullable=True),
    sa.Column('last_status', sa.Integer(), nullable=True),
    sa.Column('last_error', sa.Text(), nullable=True),
    sa.ForeignKeyConstraint(['endpoint_id'], ['webhook_endpoints.id'], name=op.f('fk_webhook_deliveries_endpoint_id_webhook_endpoints'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_webhook_deliveries_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_webhook_deliveries'))
    )
    with op.batch_alter_table('webhook_deliveries', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_webhook_deliveries_bot_id'), ['bot_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_webhook_deliveries_endpoint_id_created_at_ms'), ['endpoint_id', 'created_at_ms'], unique=False)
        batch_op.create_index(batch_op.f('ix_webhook_deliveries_state_created_at_ms'), ['state', 'created_at_ms'], unique=False)

    op.create_table('stored_files',
    sa.Column('artifact_id', sa.String(length=36), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('workspace_id', sa.String(length=36), nullable=False),
    sa.Column('position', sa.Integer(), nullable=False),
    sa.Column('key', sa.Text(), nullable=False),
    sa.Column('role', sa.String(length=64), nullable=False),
    sa.Column('content_type', sa.String(length=120), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.ForeignKeyConstraint(['artifact_id'], ['artifacts.id'], name=op.f('fk_stored_files_artifact_id_artifacts'), ondelete='CASCADE'),
    sa.ForeignKeyConstraint(['workspace_id'], ['workspaces.id'], name=op.f('fk_stored_files_workspace_id_workspaces')),
    sa.PrimaryKeyConstraint('artifact_id', 'name', name=op.f('pk_stored_files')),
    sa.UniqueConstraint('key', name=op.f('uq_stored_files_key'))
    )
    op.create_table('webhook_attempts',
    sa.Column('delivery_id', sa.String(length=36), nullable=False),
    sa.Column('number', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('at_ms', sa.Double(), nullable=False),
    sa.Column('status', sa.Integer(), nullable=True),
    sa.Column('error', sa.Text(), nullable=True),
    sa.Column('duration_ms', sa.Double(), nullable=False),
    sa.ForeignKeyConstraint(['delivery_id'], ['webhook_deliveries.id'], name=op.f('fk_webhook_attempts_delivery_id_webhook_deliveries'), ondelete='CASCADE'),
    sa.PrimaryKeyConstraint('delivery_id', 'number', name=op.f('pk_webhook_attempts'))
    )
