"""One graph: the same in every split, whose targets are its own."""

# jinja: if encodings
import torch
from torch.testing import assert_close

from package.data import load_data, read_inputs
from package.engine.features import encode_walks
# jinja: else
import torch

# jinja: endif
from package.targets import is_known


def only(loader):
    (batch,) = loader
    return batch


def test_every_labelled_node_is_in_exactly_one_split(data):
    batches = [only(loader) for loader in (data.train, data.validation, data.test)]
    inputs, _ = batches[0]
    for same, _ in batches:
        assert all(map(torch.equal, same, inputs))
    counted = torch.stack([is_known(target) for _, target in batches])
    wrong = "a node is in two splits, or in none"
    assert counted.sum(dim=0).tolist() == [1] * len(inputs[0]), wrong


# jinja: if encodings
def walk(edges, num_nodes, steps):
    """How likely a walk is back, by powers of the matrix of its steps."""
    matrix = torch.zeros(num_nodes, num_nodes).index_put((edges[0], edges[1]), torch.tensor(1.0))
    step = matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)
    powers = [torch.linalg.matrix_power(step, number).diagonal() for number in range(1, steps + 1)]
    return torch.stack(powers, dim=1)


def test_walks_come_back_as_often_as_they_should():
    """From every node, with and without ways back, and from one that is alone."""
    edges = torch.tensor([[0, 1, 1, 2, 2, 0, 3, 3, 3], [1, 0, 2, 1, 0, 2, 2, 3, 4]])
    found = encode_walks(edges, 6)
    assert found.dtype == torch.float32
    assert_close(found, walk(edges, 6, found.size(1)))
    assert_close(found[0, :3], torch.tensor([0.0, 0.5, 0.25]), msg="a triangle")
    many = edges.repeat(1, 200) + 6 * torch.arange(200).repeat_interleave(edges.size(1))
    assert_close(encode_walks(many, 1200), found.repeat(200, 1))
    assert encode_walks(edges[:, :0], 3).count_nonzero() == 0


def test_every_node_comes_with_the_walks_that_begin_there(data, made_up_data, short_settings):
    """Of the graph as it was read, in prediction as well."""
    (_, edge_index, walks), _ = only(data.train)
    assert_close(walks, walk(data.graph.edges, len(data.graph.names), walks.size(1)))
    assert torch.equal(edge_index, data.graph.edges)
    ((_, inputs),) = read_inputs([made_up_data], data.info)
    assert torch.equal(inputs[2], walks)
    assert torch.equal(only(load_data(short_settings.data, 1, data.info).test)[0][2], walks)


# jinja: endif
def test_an_epoch_is_one_step_whatever_was_drawn_before(data):
    assert len(data.train) == 1
    state = torch.get_rng_state()
    data.sampler.set_epoch(3)
    list(data.train)
    assert torch.equal(torch.get_rng_state(), state)
