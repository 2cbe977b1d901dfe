"""Adds names that Python 3.10 removed, for older targets. Since it is on PYTHONPATH, it is loaded before them."""

import collections
import collections.abc

for name in ("Callable", "Iterable", "Mapping", "MutableMapping", "MutableSet", "Sequence", "Set"):
    if not hasattr(collections, name):
        setattr(collections, name, getattr(collections.abc, name))
