"""The grid, from the substation to the usage point: how it normally hangs together, what is switched otherwise."""
