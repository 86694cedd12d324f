"""Mistakes in data.py and sources.py of projects for graphs."""

from functools import partial

from .faults import DATA_QUALITY, INPUT, PREPROCESSING, PROCESS, SHAPE, VALIDATION
from .mutation import Edit, Mutation

edit = partial(Edit, "data.py")


def features(old: str, new: str) -> Edit:
    return Edit("engine/features.py", "encode_nodes", old, new)


sample = partial(Edit, "sample.py")
source = partial(Edit, "sources.py")
NODES = ("gcn", "gat")
GRAPHS = ("gin", "gcn_graphs")

MUTATIONS = [
    Mutation(
        "all-nodes-are-training-nodes",
        "the targets of all nodes are given to every split",
        DATA_QUALITY,
        NODES,
        (
            edit(
                "load_data",
                "target[nodes] = encode_labels([graph.labels[node] for node in nodes], info)",
                "nodes = sum(splits.values(), [])\ntarget[nodes] = encode_labels([graph.labels[node] for node in nodes], info)",
            ),
        ),
    ),
    Mutation(
        "ignored-nodes-are-class-zero",
        "nodes without a target in a split are given class 0",
        DATA_QUALITY,
        NODES,
        (Edit("targets.py", "", "IGNORED = -100", "IGNORED = 0"),),
    ),
    Mutation(
        "statistics-of-all-nodes",
        "mean and deviation are computed from all nodes",
        PREPROCESSING,
        NODES,
        (
            edit(
                "describe",
                "torch.std_mean(numbers[train], correction=0)",
                "torch.std_mean(numbers, correction=0)",
            ),
        ),
    ),
    Mutation(
        "karate-one-way",
        "each edge is read in one direction only",
        INPUT,
        NODES,
        (sample("read_sample", "club.to_directed().edges", "club.edges"),),
    ),
    Mutation(
        "direction-lost",
        "directed graphs are made undirected",
        INPUT,
        NODES,
        (source("read_tables", "coalesce if directed else to_undirected", "to_undirected"),),
    ),
    Mutation(
        "always-directed",
        "messages go one way in undirected graphs",
        INPUT,
        NODES,
        (source("read_tables", "coalesce if directed else to_undirected", "coalesce"),),
    ),
    Mutation(
        "loops-kept",
        "loops in the data come on top of those of the layers",
        INPUT,
        NODES,
        (
            source(
                "read_tables",
                "edge_index, _ = remove_self_loops(torch.tensor(ends, dtype=torch.int64).view(2, -1))",
                "edge_index = torch.tensor(ends, dtype=torch.int64).view(2, -1)",
            ),
        ),
    ),
    Mutation(
        "source-and-target-swapped",
        "edges are read from target to source",
        INPUT,
        NODES,
        (source("read_tables", "('source', 'target')", "('target', 'source')"),),
    ),
    Mutation(
        "ends-interleaved",
        "a list of pairs is reshaped where it should be transposed",
        SHAPE,
        NODES,
        (
            source(
                "read_tables",
                "torch.tensor(ends, dtype=torch.int64).view(2, -1)",
                "torch.tensor(ends, dtype=torch.int64).T.reshape(2, -1)",
            ),
        ),
    ),
    Mutation(
        "unseen-category",
        "a category that training has not seen is an error",
        INPUT,
        NODES + GRAPHS,
        (features("ids.get(word, 0)", "ids[word]"),),
    ),
    Mutation(
        "unseen-category-is-the-first",
        "a category that training has not seen is taken for the first",
        INPUT,
        NODES + GRAPHS,
        (features("ids.get(word, 0)", "ids.get(word, 1)"),),
    ),
    Mutation(
        "columns-share-categories",
        "the categories of all columns are counted from 1",
        INPUT,
        NODES + GRAPHS,
        (features("first += len(known)", "pass"),),
    ),
    Mutation(
        "validation-among-training-nodes",
        "validation nodes are drawn from all nodes instead of the rest",
        DATA_QUALITY,
        NODES,
        (
            edit(
                "draw_splits",
                "train, val = hold_out(rest, rest_groups, fraction, seed, place)",
                "_, val = hold_out(labelled, groups, fraction, seed, place)\ntrain = rest",
            ),
        ),
    ),
    Mutation(
        "nodes-not-stratified",
        "rare classes may be missing from a split",
        DATA_QUALITY,
        NODES,
        (
            Edit(
                "engine/splits.py",
                "hold_out",
                "train_test_split(items, test_size=fraction, stratify=groups, random_state=seed)",
                "train_test_split(items, test_size=fraction, random_state=seed)",
            ),
        ),
    ),
    Mutation(
        "validation-and-test-nodes-swapped",
        "validation and test are swapped",
        VALIDATION,
        NODES,
        (edit("load_data", "loader(batches['val'])", "loader(batches['test'])"),),
    ),
    Mutation(
        "nodes-not-scaled",
        "numbers of nodes are centred and not scaled",
        PREPROCESSING,
        NODES,
        (
            edit(
                "encode",
                "[(graph.numbers[name] - mean) / std for name, (mean, std) in info['scale'].items()]",
                "[graph.numbers[name] - mean for name, (mean, std) in info['scale'].items()]",
            ),
        ),
    ),
    Mutation(
        "graphs-not-moved-apart",
        "the edges of all graphs of a batch are put on the nodes of the first",
        SHAPE,
        GRAPHS,
        (edit("collate", "edge_index + start", "edge_index"),),
    ),
    Mutation(
        "graph-of-node-by-turns",
        "the graph of each node is counted the wrong way",
        SHAPE,
        GRAPHS,
        (edit("collate", "torch.repeat_interleave(sizes)", "torch.repeat_interleave(sizes).flip(0)"),),
    ),
    Mutation(
        "atlas-one-way",
        "each edge is read in one direction only",
        INPUT,
        GRAPHS,
        (sample("read_sample", "graph.to_directed().edges", "graph.edges"),),
    ),
    Mutation(
        "statistics-of-all-graphs",
        "mean and deviation are computed from all graphs",
        PREPROCESSING,
        GRAPHS,
        (
            edit(
                "describe",
                "graphs.numbers[in_train.repeat_interleave(graphs.sizes)]",
                "graphs.numbers",
            ),
        ),
    ),
    Mutation(
        "nodes-counted-from-one",
        "the files count nodes from 1 and the code from 0",
        INPUT,
        GRAPHS,
        (
            source(
                "read_tudataset",
                "read_integers(edge_path, 2).T - 1",
                "read_integers(edge_path, 2).T % len(graph)",
            ),
        ),
    ),
    Mutation(
        "validation-among-training-graphs",
        "validation graphs are drawn from all graphs instead of the rest",
        DATA_QUALITY,
        GRAPHS,
        (
            edit(
                "split_graphs",
                "train, val = hold_out(rest, rest_groups, fraction, seed, place)",
                "_, val = hold_out(range(len(labels)), groups, fraction, seed, place)\ntrain = rest",
            ),
        ),
    ),
    Mutation(
        "held-out-graphs-in-training",
        "what is held out stays in the training data",
        DATA_QUALITY,
        GRAPHS,
        (
            edit(
                "split_graphs",
                "train, val = hold_out(rest, rest_groups, fraction, seed, place)",
                "_, val = hold_out(rest, rest_groups, fraction, seed, place)\ntrain = rest",
            ),
        ),
    ),
    Mutation(
        "batch-of-one-graph",
        "a last batch of one graph reaches batch norm",
        PROCESS,
        GRAPHS,
        (
            edit(
                "load_data",
                "EpochSampler(len(train), settings.batch_size, seed)",
                "EpochSampler(len(train), settings.batch_size, seed, drop_last=False)",
            ),
        ),
    ),
    Mutation(
        "graphs-not-shuffled",
        "training graphs come in the same order in each epoch",
        PREPROCESSING,
        GRAPHS,
        (
            edit(
                "load_data",
                "loader(train_set, batch_sampler=sampler)",
                "loader(train_set, batch_sampler=batches_in_order(len(train), size))",
            ),
        ),
    ),
    Mutation(
        "degrees-of-one-graph",
        "degrees are counted from the wrong end of the edges",
        INPUT,
        GRAPHS,
        (source("with_features", "graphs.edges[1]", "graphs.edges[0]"),),
        equivalent="edges stand in the files in both directions, so that both ends have the same degrees",
    ),
]
