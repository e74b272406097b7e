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

    // A range takes some tens of milliseconds: short enough to stop soon, long enough to make its overhead nothing.
    private const double PerRange = 1 << 28;
    private const int MostReplicatesPerRange = 1 << 14;

    // Numbers that make up the policies of a range.
    private const int MostValuesPerRange = 1 << 20;
    private const int MostRowsPerRange = 1 << 15;

    /// <summary>How many replicates are simulated at once: as many as take some tens of milliseconds and little memory.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="experiment">The experiment.</param>
    public static int ReplicatesPerRange(Cell cell, Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(cell);
        ArgumentNullException.ThrowIfNull(experiment);
        double most = Math.Min(MostReplicatesPerRange, PerRange / OfReplicate(cell, experiment.Iterations));
        most = Math.Min(most, MostValuesPerRange / (ValuesOf(cell) + cell.Comparisons.Sum(comparison => ValuesOf(comparison.Baseline))));
        if (experiment.RecordTrajectories)
        {
            most = Math.Min(most, MostRowsPerRange / (experiment.Iterations + 1.0));
        }

        return Math.Max(1, (int)most);
    }

    /// <summary>The cost of one replicate, and of those that it is compared with.</summary>
    /// <param name="cell">The cell.</param>
    /// <param name="iterations">N, updates of the replicate.</param>
    public static double OfReplicate(Cell cell, int iterations)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return (OfUpdates(cell) + cell.Comparisons.Sum(comparison => OfUpdates(comparison.Baseline))) * iterations;
    }

    // Of one update of each prompt.
    private static double OfUpdates(Cell cell) => (OfUpdate(cell) + PerUpdate) * cell.PromptsPerUpdate;

    private static double ValuesOf(Cell cell) => (double)cell.Prompts * cell.PolicyArms * (cell.Lag + 3);

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
