using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Random;
using GrpoMonteCarlo.Updates;

namespace GrpoMonteCarlo.Experiments;

/// <summary>The cells of an experiment, in the order of their rows: grid after grid, the last member of a grid varying fastest.</summary>
public sealed class Plan
{
    /// <summary>The most cells an experiment may have.</summary>
    public const long MostCells = 1_000_000;

    // The random bits of one update's rollouts have to fit the address. Groups up to the 10^12 of a file always do.
    private const long MostRollouts = 1L << 40;

    private const long MostCoupledGroups = 1 << 16;

    private readonly ClosedForms _closedForms = new();

    private Plan(Experiment experiment, IReadOnlyList<Cell> cells)
    {
        Experiment = experiment;
        Cells = cells;
    }

    /// <summary>Version of the random streams and of everything else that fixes the datasets' bytes.</summary>
    public static int StreamVersion => 1;

    /// <summary>The experiment.</summary>
    public Experiment Experiment { get; }

    /// <summary>Its cells.</summary>
    public IReadOnlyList<Cell> Cells { get; }

    /// <summary>Expands the grids.</summary>
    /// <exception cref="ExperimentException">Too many cells, the same cell twice, or a cell too large to sample.</exception>
    public static Plan Of(Experiment experiment)
    {
        ArgumentNullException.ThrowIfNull(experiment);
        BigInteger count = experiment.Grids.Aggregate(BigInteger.Zero, (sum, grid) => sum + CountOf(grid));
        if (count > MostCells)
        {
            throw new ExperimentException(
                "$.grid",
                string.Create(CultureInfo.InvariantCulture, $"makes {count:N0} cells; at most {MostCells:N0} are allowed"));
        }

        var cells = new List<Cell>((int)count);
        var streams = new Dictionary<StreamKey, (Cell Cell, string Path)>((int)count);
        for (int i = 0; i < experiment.Grids.Count; i++)
        {
            string path = experiment.Grids.Count == 1 ? "$.grid" : $"$.grid[{i}]";
            foreach (Cell cell in CellsOf(experiment.Grids[i], experiment))
            {
                if (CellRules.Complaint(cell) is { } wrong)
                {
                    throw new ExperimentException($"{path}.{wrong.Member}", wrong.Message);
                }

                CheckSize(cell, experiment, path);
                StreamKey stream = StreamKey.Derive(StreamVersion, (ulong)experiment.Seed, cell.Id); // of a coupled cell it says only that it is another one
                if (!streams.TryAdd(stream, (cell, path)))
                {
                    (Cell other, string otherPath) = streams[stream];
                    throw new ExperimentException(path, other.Id == cell.Id
                        ? $"repeats a cell of {otherPath}: {cell.CanonicalText}"
                        : $"by chance two cells would draw the same random numbers; choose another seed: {cell.CanonicalText} and {other.CanonicalText} of {otherPath}");
                }

                cells.Add(cell);
            }
        }

        if (experiment.Coupling != Coupling.None)
        {
            foreach ((Cell cell, IReadOnlyList<Comparison> comparisons) in cells.Zip(Comparison.Among(cells)))
            {
                cell.Comparisons = comparisons;
            }
        }

        return new Plan(experiment, cells);
    }

    /// <summary>
    /// The published rule of <c>"sampler": "auto"</c>, on (G, M) alone so that a cell is the same on every machine: the sampler that
    /// was the fastest, or near it, on the machine measured (bench/README.md).
    /// </summary>
    public static Sampler SamplerFor(int groupSize, long groups)
    {
        if (groups <= 32 && groups * groupSize <= 4096)
        {
            return Sampler.Rollouts; // a few blocks of rollouts cost less than a table
        }

        return groups < 1024 && groupSize < 512 ? Sampler.Groups : Sampler.Counts;
    }

    /// <summary>
    /// As <see cref="SamplerFor(int, long)"/>, but where the update has to know the rollouts' arms it is a rule on M and the number of arms:
    /// they are drawn one by one where that is about as cheap as a binomial for each arm and each K. What needs the groups themselves
    /// always draws every rollout.
    /// </summary>
    /// <param name="groupSize">G.</param>
    /// <param name="groups">M.</param>
    /// <param name="arms">Number of arms.</param>
    /// <param name="update">The update.</param>
    /// <param name="coupling">Coupled cells draw groups, as long as M is at most 65,536: of the three samplers it is the one whose draws stay in step
    /// when p differs.</param>
    public static Sampler SamplerFor(int groupSize, long groups, int arms, PolicyUpdate update, Coupling coupling)
    {
        ArgumentNullException.ThrowIfNull(update);
        return update.Kind switch
        {
            UpdateKind.Tied when coupling == Coupling.Common => groups <= MostCoupledGroups ? Sampler.Groups : Sampler.Counts,
            UpdateKind.Tied => SamplerFor(groupSize, groups),
            UpdateKind.Gradient when update.Gradient!.Kl == KlEstimator.K1InReward => Sampler.Rollouts,
            _ => groups <= 16L * arms ? Sampler.Rollouts : Sampler.Counts,
        };
    }

    /// <summary>The closed forms of a cell.</summary>
    public CellTheory TheoryOf(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new CellTheory(cell, Experiment, _closedForms);
    }

    /// <summary>A cell made ready to be simulated.</summary>
    public CellProblem ProblemOf(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new CellProblem(cell, TheoryOf(cell), Experiment)
        {
            Baselines = [.. cell.Comparisons.Select(comparison => new CellProblem(comparison.Baseline, TheoryOf(comparison.Baseline), Experiment))],
        };
    }

    /// <summary>The random stream of a cell: of the seed and the cell's identity only, or that of all coupled cells.</summary>
    internal static StreamKey StreamOf(Cell cell, Experiment experiment) =>
        StreamKey.Derive(StreamVersion, (ulong)experiment.Seed, cell.Coupling == Coupling.None ? cell.Id : ExperimentJson.Name(cell.Coupling));

    /// <summary>
    /// The stream of what is drawn once for a cell: of the seed and of what is drawn only, so that cells that differ in something else
    /// have the same prompts, and the same arms.
    /// </summary>
    internal static StreamKey StreamOf(JsonNode drawn, Experiment experiment) =>
        StreamKey.Derive(StreamVersion, (ulong)experiment.Seed, CanonicalJson.Sha256(CanonicalJson.Of(drawn)));

    internal static BigInteger CountOf(Grid grid) =>
        new BigInteger(Math.Max(1, grid.PRef.Count + grid.Prompts.Count)) * (grid.Start?.Count ?? 1) * grid.Beta.Count * grid.Epsilon.Count
        * grid.GroupSize.Count * grid.Groups.Count * grid.Advantage.Count * grid.Anchor.Count * grid.Estimator.Count * grid.Verifier.Count
        * grid.Lag.Count * grid.StageLength.Count * (grid.PromptsPerUpdate?.Count ?? 1) * grid.Arms.Count
        * grid.Update.Count;

    private static IEnumerable<Cell> CellsOf(Grid grid, Experiment experiment) =>
        from prompt in PromptsOf(grid)
        from start in grid.Start?.Select(p => (double?)p) ?? [null]
        from beta in grid.Beta
        from epsilon in grid.Epsilon
        from groupSize in grid.GroupSize
        from groups in grid.Groups
        from advantage in grid.Advantage
        from anchor in grid.Anchor
        from estimator in grid.Estimator
        from verifier in grid.Verifier
        from lag in grid.Lag
        from stageLength in grid.StageLength
        from promptsPerUpdate in grid.PromptsPerUpdate?.Select(count => (int?)count) ?? [null]
        from arms in grid.Arms
        from update in grid.Update
        select new Cell
        {
            PRef = prompt.PRef ?? arms!.GivenPRef!.Value,
            Arms = arms,
            Update = update,
            Population = prompt.Population,
            GivenPromptsPerUpdate = promptsPerUpdate,
            GivenStart = start,
            Beta = beta,
            Epsilon = epsilon,
            GroupSize = groupSize,
            Groups = groups,
            Advantage = advantage,
            Anchor = anchor,
            Estimator = estimator,
            Verifier = verifier,
            Lag = lag,
            StageLength = stageLength,
            Sampler = experiment.Sampler ?? SamplerFor(groupSize, groups, arms?.Count ?? 2, update, experiment.Coupling),
            Coupling = experiment.Coupling,
        };

    // p_ref of one prompt, or null where the arms say it; or a population.
    private static IEnumerable<(double? PRef, PromptPopulation? Population)> PromptsOf(Grid grid)
    {
        if (grid.Prompts.Count > 0)
        {
            return grid.Prompts.Select(prompts => ((double?)prompts.MeanPRef, (PromptPopulation?)prompts));
        }

        return grid.PRef.Count == 0 ? [(null, null)] : grid.PRef.Select(pRef => ((double?)pRef, (PromptPopulation?)null));
    }

    private static void CheckSize(Cell cell, Experiment experiment, string path)
    {
        if (cell.Sampler == Sampler.Rollouts && cell.RolloutsPerUpdate > MostRollouts)
        {
            throw new ExperimentException(
                $"{path}.groups",
                string.Create(CultureInfo.InvariantCulture, $"{cell.Groups:N0} groups of {cell.GroupSize} are more rollouts in one update than the rollouts sampler draws (2^40); the counts sampler can"));
        }

        BigInteger rollouts = new BigInteger(cell.RolloutsPerUpdate) * cell.PromptsPerUpdate * experiment.Iterations * experiment.MostReplicatesOfCell
            * (cell.Estimator == Estimator.DynamicSampling ? DynamicSampling.MostGroups : 1);
        if (rollouts > long.MaxValue)
        {
            throw new ExperimentException(path, string.Create(CultureInfo.InvariantCulture, $"one cell would draw {rollouts:N0} rollouts; they are counted up to {long.MaxValue:N0}"));
        }
    }
}
