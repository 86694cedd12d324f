"""Several processes stop together and go on as they were; one of them writes."""

import signal

import pytest
from engine.test_parallel import be_rank, forked, in_two_processes, small  # noqa: F401
from torch.testing import assert_close

from package.engine.parallel import all_gather
from package.engine.run import Run
from package.engine.sampling import EpochSampler
from package.engine.signals import StopSignals
from package.engine.state import build_state
from package.train import train_steps


@forked
@small
@pytest.mark.parametrize("mode", ["ddp", "fsdp"])
def test_two_processes_go_on_as_if_nothing_had_happened(
    bare_settings, info, make_batch, in_two_processes, mode
):
    """Each with its own random numbers, and with the loss of its own samples."""
    bare_settings.run.parallel = mode

    def go_on(state, rank):
        for loss, count in train_steps(state, [make_batch(3 + rank, first=3 * rank)]):
            state.mean_loss.update(loss, count)
        saved = all_gather(state.state_dict())[0]
        numbers = [own["random"]["torch"] for own in saved["ranks"]]
        return saved, [saved["model"], saved["optimizer"]["state"], saved["loss"], numbers]

    def work(rank):
        state = build_state(bare_settings, info, total_steps=2)
        saved, _ = go_on(state, rank)
        last, expected = go_on(state, rank)
        resumed = build_state(bare_settings, info, total_steps=2)
        resumed.load_state_dict(saved)
        return last, expected, go_on(resumed, rank)[1]

    last, expected, found = in_two_processes(work)
    assert_close(found, expected, rtol=0, atol=0)
    assert_close(sum(own["loss"] for own in last["ranks"]), last["loss"])
    alone = build_state(bare_settings, info, total_steps=2)
    alone.load_state_dict(last)
    assert_close(alone.mean_loss.totals, last["loss"])


@forked
@pytest.mark.parametrize("told", [{0}, {1}, {0, 1}], ids=["first", "second", "both"])
def test_a_signal_to_one_process_stops_both(in_two_processes, told):
    def work(rank):
        with StopSignals() as stop:
            if rank in told:
                signal.raise_signal(signal.SIGTERM)
            return all_gather([stop.received() for _ in range(10)])

    one, other = in_two_processes(work)
    assert one == other, "they do not stop at the same step"
    assert one[-1] == signal.SIGTERM


@forked
def test_one_process_writes_the_run(settings, tmp_path, in_two_processes):
    settings.run.folder = tmp_path / "runs"
    in_two_processes(lambda rank: Run(settings.run, {}, None).folder.is_dir())
    assert len([*settings.run.folder.iterdir()]) == 1


def test_a_last_batch_that_is_too_small_for_the_processes_is_left_out(be_rank):
    be_rank(1)
    sampler = EpochSampler(5, 4, seed=0, drop_last=False)
    assert [len(batch) for batch in sampler] == [2]
    assert len(sampler) == 1
