"""What people rightly do to models of graphs with attention, and to the walks that they are given."""

from functools import partial

from .mutation import Setting, Text, edit
from .projects import GPS_PROJECTS

model = partial(Text, "model.py")

EDITS = [
    edit(
        "fewer-walks",
        "short walks are enough for small graphs, and fewer heads",
        GPS_PROJECTS,
        Setting("model.walk_steps", 3),
        Setting("model.num_heads", 2),
    ),
    edit(
        "rms-norm-in-gps",
        "a norm that takes no mean away",
        GPS_PROJECTS,
        model("nn.LayerNorm(width)", "nn.RMSNorm(width)"),
    ),
    edit(
        "gat-in-gps",
        "messages are those of a GAT",
        GPS_PROJECTS,
        model("from torch_geometric.nn import GINConv, GINEConv", "from torch_geometric.nn import GATConv"),
        model(
            "        mlp = nn.Sequential(nn.Linear(width, width), nn.ReLU(inplace=True), nn.Linear(width, width))\n"
            "        edge_dim = num_edge_features  # which are used as in Hu et al. 2020\n"
            "        self.messages = GINEConv(mlp, edge_dim=edge_dim) if edge_dim else GINConv(mlp)\n",
            "        edge_dim = num_edge_features or None\n"
            "        self.messages = GATConv(width, width, edge_dim=edge_dim)\n",
        ),
    ),
    edit(
        "longer-walks",
        "walks of 24 steps, where graphs are large",
        GPS_PROJECTS,
        Text("engine/features.py", "WALK_STEPS = 20 ", "WALK_STEPS = 32 "),
        model("gte=1, lte=20", "gte=1, lte=32"),
        Setting("model.walk_steps", 24),
    ),
    edit(
        "deeper-head-of-gps",
        "a hidden layer before the output",
        GPS_PROJECTS,
        model(
            "        self.head = nn.Linear(width, num_outputs)\n",
            "        self.head = nn.Sequential(\n"
            "            nn.Linear(width, width), nn.ReLU(inplace=True), nn.Linear(width, num_outputs)\n"
            "        )\n",
        ),
    ),
]
