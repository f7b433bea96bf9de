"""Speed and memory of the chain beside its peers, on the same work in the same run."""
