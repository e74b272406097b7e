namespace GrpoMonteCarlo.Experiments;

/// <summary>What simulating costs, roughly, in the time of a rollout that is drawn by itself. It decides who simulates what, never what comes out.</summary>
public static class SimulationCost
{
    // What an update costs beside its sampling.
    private const double PerUpdate = 1000;

    // An arm: measured and moved, drawn for a rollout, or drawn for all groups of one K.
    private const double PerArm = 250;
    private const double PerDrawnArm = 10;
    private const double PerPlacedArm = 500;

    /// <summary>The cost of one replicate.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="iterations">N, updates of the replicate.</param>
    public static double OfReplicate(Cell cell, int iterations)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return (OfUpdate(cell) + PerUpdate) * cell.PromptsPerUpdate * iterations;
    }

    // Of an update of one prompt.
    private static double OfUpdate(Cell cell)
    {
        double groups = cell.Sampler switch
        {
            Sampler.Groups => cell.Groups + (50.0 * cell.GroupSize),
            Sampler.Counts => 500.0 * cell.GroupSize,
            _ => cell.RolloutsPerUpdate,
        };
        double arms = !cell.NeedsArms ? 0
            : cell.Sampler == Sampler.Rollouts ? PerDrawnArm * cell.RolloutsPerUpdate
            : PerPlacedArm * cell.GroupSize * cell.PolicyArms;
        return groups + arms + (PerArm * cell.PolicyArms * (1 + (cell.Update.Gradient?.Steps ?? 0)));
    }
}
