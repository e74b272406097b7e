using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.State;

/// <summary>What a folder holds of a cell.</summary>
/// <param name="Ranges">Its ranges, from replicate 0 on without a gap.</param>
/// <param name="Sums">The sums over them.</param>
/// <param name="Stopped">Why there are no more.</param>
internal sealed record StoredCell(IReadOnlyList<StoredRange> Ranges, RangeSums Sums, StopReason Stopped);
