"""From a checkpoint to a bundle: calibration, graphs, temperatures, thresholds, and proof."""
