"""Lets timm be imported beside a CPU build of torch, where torchvision is a CUDA build.

That one registers shapes of operators that its missing library does not bring. The suite puts this folder on
PYTHONPATH, so that every Python that it starts has it; generated projects do not know of it.
"""

import sys
import types

sys.modules["torchvision._meta_registrations"] = types.ModuleType("torchvision._meta_registrations")
