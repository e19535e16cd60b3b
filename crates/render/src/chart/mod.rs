//! Charts: scales, ticks, axes, legends, line paths. What panels share.
