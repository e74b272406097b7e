namespace GrpoMonteCarlo.Experiments;

/// <summary>Replicates of a cell that follow one another.</summary>
/// <param name="First">The first replicate.</param>
/// <param name="Last">One past the last.</param>
public readonly record struct ReplicateRange(long First, long Last)
{
    /// <summary>Number of replicates; 0 if there are none.</summary>
    public long Count => Math.Max(0, Last - First);
}
