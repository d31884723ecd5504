"""A Keras model from elsewhere becomes a network of this program.

A model file can hold code, and loaders have run it: pickled lambdas, functions of any
module that the configuration names, other files read through links. Keras' safe mode
was got round again and again (CVE-2025-1550, CVE-2025-8747, CVE-2025-9905,
CVE-2025-9906, CVE-2026-1669). So nothing here depends on it: Keras never sees a file's
configuration.

- ``files`` tells what a file is by its first bytes and takes the configuration and the
  weights out of it as plain data; archives and HDF5 files are held to limits, and
  links and references to other files are refused (``hdf5``).
- ``allowed`` goes through the whole configuration before TensorFlow is even imported
  and refuses every class, module and function outside a list.
- ``plan`` turns what is left into a `Plan`: layers by name out of a table, arguments
  that are numbers, truth values or words out of a table, and who is called on whom.
- ``build`` makes the layers of the plan one by one, as a person would who had read the
  configuration, and lets Keras read the weights: arrays of numbers. What only training
  needs (losses, optimisers, initialisers, constraints) is left behind.
- ``convert`` does all of this in order, turns the model into LiteRT, compares the two
  and stores the result under a name.

What remains are faults in the HDF5 library and in TensorFlow's kernels themselves:
import files of people you trust, and keep both up to date.
"""
