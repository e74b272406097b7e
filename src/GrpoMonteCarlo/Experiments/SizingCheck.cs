using GrpoMonteCarlo.Theory;

namespace GrpoMonteCarlo.Experiments;

/// <summary>An answer of <see cref="GroupSizing"/>, simulated: what was measured after its updates beside what was predicted.</summary>
/// <param name="Replicates">Replicates simulated.</param>
/// <param name="Iterations">Updates of each.</param>
/// <param name="Mean">Mean of p after the last.</param>
/// <param name="StandardError">Its standard error.</param>
/// <param name="Spread">Standard deviation of p.</param>
/// <param name="Deviation">The mean less the population's p*.</param>
/// <param name="PredictedMean">p*_G and the shift of the mean.</param>
/// <param name="PredictedSpread">The predicted standard deviation of p.</param>
/// <param name="MeanAgrees">Whether the mean is the predicted one, within 5 standard errors and 3/10 of the shift.</param>
/// <param name="SpreadAgrees">Whether the standard deviation is, within 5 standard errors and a tenth.</param>
/// <param name="WithinTolerance">Whether deviation and standard deviation are at most T within 5 standard errors; null without a tolerance.</param>
public sealed record SizingCheck(
    long Replicates,
    int Iterations,
    double Mean,
    double StandardError,
    double Spread,
    double Deviation,
    double PredictedMean,
    double PredictedSpread,
    bool MeanAgrees,
    bool SpreadAgrees,
    bool? WithinTolerance)
{
    /// <summary>The seed of every check.</summary>
    public const long Seed = 2503;

    private const double Sigmas = 5;

    // First- and second-order theory leave out terms of relative order V, which is up to 0.01, times a few.
    private const double SpreadAllowance = 0.1;
    private const double ShiftAllowance = 0.3;

    // In the units of SimulationCost: a second or two.
    private const double MostCost = 2e10;
    private const int MostUpdates = 400_000;
    private const int MostReplicates = 4000;
    private const int LeastReplicates = 100;

    /// <summary>Whether all of it came out as predicted.</summary>
    public bool Holds => MeanAgrees && SpreadAgrees && WithinTolerance != false;

    /// <summary>Root mean square distance of p from the population's fixed point.</summary>
    public double Error => Math.Sqrt((Deviation * Deviation) + (Spread * Spread));

    /// <summary>Simulates an answer, with a fixed seed, on this thread.</summary>
    /// <param name="sizing">What gave the answer.</param>
    /// <param name="answer">The answer.</param>
    /// <exception cref="ExperimentException">It is too large to be simulated.</exception>
    public static SizingCheck Of(GroupSizing sizing, Sizing answer)
    {
        ArgumentNullException.ThrowIfNull(sizing);
        ArgumentNullException.ThrowIfNull(answer);
        return Of(sizing, answer.Group, answer.Iterations, answer.Tolerance, answer.Replicates ?? 0);
    }

    internal static SizingCheck Of(GroupSizing sizing, SizedGroup group, int iterations, double? tolerance, long leastReplicates)
    {
        var experiment = new Experiment
        {
            Name = "plan",
            Seed = Seed,
            Iterations = iterations,
            Replicates = MostReplicates,
            Grids = [sizing.Setting.GridOf(group.GroupSize, group.Groups)],
        };
        var plan = Plan.Of(experiment);
        Cell cell = plan.Cells[0];
        CellProblem problem = plan.ProblemOf(cell);
        long replicates = (long)Math.Min(Math.Min(MostReplicates, MostUpdates / iterations), MostCost / SimulationCost.OfReplicate(cell, iterations));
        replicates = Math.Max(replicates, Math.Max(LeastReplicates, leastReplicates));
        int inRange = SimulationCost.ReplicatesPerRange(cell, experiment);
        var simulator = new CellSimulator();
        RangeResult? result = null;
        for (long first = 0; first < replicates; first += inRange)
        {
            RangeResult range = simulator.Simulate(problem, first, (int)Math.Min(inRange, replicates - first));
            if (result is null)
            {
                result = range;
            }
            else
            {
                result.Append(range);
            }
        }

        var measured = CellSummary.Of(cell, problem.Theory, result!.Sums, iterations);
        double error = measured.PSe!.Value;
        double spread = measured.PSd!.Value;
        SuccessProbability predicted = group.P;
        double relative = Sigmas / Math.Sqrt(2.0 * replicates);

        // From the complement where that keeps the digits.
        double fromFinite = predicted.Logit <= 0 ? measured.PMean!.Value - predicted.P : predicted.OneMinusP - measured.OneMinusPMean!.Value;
        double deviation = fromFinite + group.Bias;

        // Shifts of many prompts may cancel, and what second order leaves out of them need not.
        double shifts = group.Prompts.Sum(prompt => Math.Abs(prompt.Fluctuations.Shift)) / group.Prompts.Count;
        double rest = (ShiftAllowance * shifts) + (0.01 * (tolerance ?? group.Error));
        return new SizingCheck(
            replicates,
            iterations,
            measured.PMean!.Value,
            error,
            spread,
            deviation,
            predicted.P + group.Shift,
            group.Spread,
            Math.Abs(fromFinite - group.Shift) <= (Sigmas * error) + rest,
            Math.Abs((spread / group.Spread) - 1) <= relative + SpreadAllowance,
            tolerance is { } t ? Math.Abs(deviation) <= t + (Sigmas * error) && spread <= t * (1 + relative) : null);
    }
}
