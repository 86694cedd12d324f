"""How likely a random walk comes back to its node, which tells the model where that is."""

import torch
from torch.testing import assert_close

from package.data import read_inputs
from package.engine.features import encode_walks


def walk(edges, num_nodes, steps):
    """How likely a walk is back, by powers of the matrix of its steps."""
    matrix = torch.zeros(num_nodes, num_nodes).index_put((edges[0], edges[1]), torch.tensor(1.0))
    step = matrix / matrix.sum(dim=1, keepdim=True).clamp(min=1)
    powers = [torch.linalg.matrix_power(step, number).diagonal() for number in range(1, steps + 1)]
    return torch.stack(powers, dim=1)


# jinja: if output == "pair"
def test_walks_go_along_the_messages_of_a_batch_alone(data, made_up_data, tmp_path):
    """Along what is to be predicted, they would tell of it: an edge is a way to come back."""
    for loader in (data.train, data.validation, data.test):
        for (x, edge_index, _, walks, *_), _ in loader:
            assert_close(walks, walk(edge_index, len(x), walks.size(1)))
    folder = tmp_path / "graph"
    folder.mkdir()
    for file in made_up_data.iterdir():
        (folder / file.name).write_text(file.read_text())
    (folder / "pairs.csv").write_text("source,target\n0,1\n")
    ((_, (x, edge_index, _, walks, *_)),) = read_inputs([folder], data.info)
    assert_close(walks, walk(edge_index, len(x), walks.size(1)))


# jinja: elif form == "graph"
def test_every_node_comes_with_the_walks_that_begin_there(data, made_up_data):
    """Of the graph as it was read, in prediction as well."""
    for loader in (data.train, data.validation, data.test):
        (((_, edge_index, walks, *_), _),) = loader
        assert torch.equal(edge_index, data.graph.edges)
        assert_close(walks, walk(data.graph.edges, len(data.graph.names), walks.size(1)))
    ((_, inputs),) = read_inputs([made_up_data], data.info)
    assert torch.equal(inputs[2], walks)


# jinja: else
def test_every_node_comes_with_the_walks_that_begin_there(data, made_up_data):
    """In its own graph, in every batch, and in prediction as well."""
    for x, edge_index, walks, *_ in data.train.dataset:
        assert_close(walks, walk(edge_index, len(x), walks.size(1)))
    (x, edge_index, _, _, walks, *_), _ = next(iter(data.validation))
    assert_close(walks, walk(edge_index, len(x), walks.size(1)))
    ((_, inputs),) = read_inputs([made_up_data], data.info)
    assert_close(inputs[4], walk(inputs[1], len(inputs[0]), walks.size(1)))


# jinja: endif
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
    assert len(encode_walks(edges[:, :0], 0)) == 0
