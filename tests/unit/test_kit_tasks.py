from __future__ import annotations

import asyncio
import threading

import pytest

from rapporteur.kit.queues import BlockingQueue, Closed, DropOldestQueue
from rapporteur.kit.tasks import TaskOwner, on_loop

pytestmark = pytest.mark.unit


async def _fail() -> None:
    raise LookupError("broken")


async def test_a_failure_is_kept_and_raised_when_the_owner_ends() -> None:
    async def own() -> None:
        async with TaskOwner("owner") as owner:
            owner.start(_fail(), name="work")
            assert isinstance(await owner.wait_for_failure(), LookupError)

    with pytest.raises(LookupError):
        await own()


async def test_an_error_of_the_block_is_not_hidden_by_one_of_a_task() -> None:
    async def own() -> None:
        async with TaskOwner("owner") as owner:
            owner.start(_fail(), name="work")
            await owner.drain()
            raise KeyError

    with pytest.raises(KeyError):
        await own()


async def test_leaving_the_block_cancels_and_awaits_what_runs() -> None:
    ended: list[str] = []

    async def work() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append("cleaned")

    async with TaskOwner("owner") as owner:
        owner.start(work(), name="work")
        await asyncio.sleep(0)
    assert ended == ["cleaned"]
    assert owner.running == 0


async def test_draining_waits_for_tasks_that_tasks_started() -> None:
    done: list[int] = []

    async with TaskOwner("owner") as owner:
        async def work(depth: int) -> None:
            if depth:
                owner.start(work(depth - 1), name="deeper")
            done.append(depth)

        owner.start(work(3), name="work")
        await owner.drain()
    assert sorted(done) == [0, 1, 2, 3]


async def test_work_runs_on_the_loop_it_is_given_to() -> None:
    here = asyncio.get_running_loop()
    answers: list[bool] = []

    async def where() -> asyncio.AbstractEventLoop:
        return asyncio.get_running_loop()

    async def elsewhere() -> None:
        answers.append(await on_loop(here, where()) is here)

    thread = threading.Thread(target=asyncio.run, args=(elsewhere(),))
    thread.start()
    await asyncio.to_thread(thread.join)
    assert answers == [True]


async def test_a_queue_that_drops_keeps_the_newest_and_counts() -> None:
    queue: DropOldestQueue[int] = DropOldestQueue(2)
    for item in range(5):
        queue.put(item)
    queue.close()
    assert [item async for item in queue] == [3, 4]
    assert queue.dropped == 3


async def test_a_queue_that_blocks_holds_the_writer_until_there_is_room() -> None:
    queue: BlockingQueue[int] = BlockingQueue(1)

    async def write() -> None:
        for item in range(4):
            await queue.put(item)
        queue.close()

    async with TaskOwner("owner") as owner:
        owner.start(write(), name="writer")
        await asyncio.sleep(0)
        assert len(queue) == 1
        assert [item async for item in queue] == [0, 1, 2, 3]



async def test_closed_queues_take_and_give_nothing() -> None:
    dropping: DropOldestQueue[int] = DropOldestQueue(1)
    blocking: BlockingQueue[int] = BlockingQueue(1)
    dropping.close()
    blocking.close()
    with pytest.raises(Closed):
        dropping.put(1)
    with pytest.raises(Closed):
        await blocking.put(1)
    with pytest.raises(Closed):
        await blocking.get()
