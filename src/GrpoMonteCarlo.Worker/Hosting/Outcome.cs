using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Hosting;

/// <summary>A simulated range; or, without one, the number of ranges that were queued of a cell's piece.</summary>
internal readonly record struct Outcome(CellWork Work, RangeResult? Result, TimeSpan Took, int Queued);
