"""The merge engine: three trees in, one tree out, written whole or not at all."""
