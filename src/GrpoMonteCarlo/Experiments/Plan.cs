using System.Globalization;
using System.Numerics;
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
            foreach (Cell cell in CellsOf(experiment.Grids[i], experiment.Sampler))
            {
                CheckSize(cell, experiment, path);
                if (!streams.TryAdd(StreamOf(cell, experiment), (cell, path)))
                {
                    (Cell other, string otherPath) = streams[StreamOf(cell, experiment)];
                    throw new ExperimentException(path, other.Id == cell.Id
                        ? $"repeats a cell of {otherPath}: {cell.CanonicalText}"
                        : $"by chance two cells would draw the same random numbers; choose another seed: {cell.CanonicalText} and {other.CanonicalText} of {otherPath}");
                }

                cells.Add(cell);
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

    /// <summary>The closed forms of a cell.</summary>
    public CellTheory TheoryOf(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        return new CellTheory(cell, Experiment.Iterations, _closedForms);
    }

    /// <summary>A cell made ready to be simulated.</summary>
    public CellProblem ProblemOf(Cell cell)
    {
        ArgumentNullException.ThrowIfNull(cell);
        CellTheory theory = TheoryOf(cell);
        return new CellProblem(cell, theory, new ImportanceUpdate(theory.Omega, cell.Anchor, cell.Beta), Experiment);
    }

    /// <summary>The random stream of a cell: of the seed and the cell's identity only.</summary>
    internal static StreamKey StreamOf(Cell cell, Experiment experiment) =>
        StreamKey.Derive(StreamVersion, (ulong)experiment.Seed, cell.Id);

    private static BigInteger CountOf(Grid grid) =>
        new BigInteger(grid.PRef.Count) * (grid.Start?.Count ?? 1) * grid.Beta.Count * grid.Epsilon.Count * grid.GroupSize.Count
        * grid.Groups.Count * grid.Advantage.Count * grid.Anchor.Count * grid.Estimator.Count;

    private static IEnumerable<Cell> CellsOf(Grid grid, Sampler? sampler) =>
        from pRef in grid.PRef
        from start in grid.Start ?? [pRef]
        from beta in grid.Beta
        from epsilon in grid.Epsilon
        from groupSize in grid.GroupSize
        from groups in grid.Groups
        from advantage in grid.Advantage
        from anchor in grid.Anchor
        from estimator in grid.Estimator
        select new Cell(pRef, start, beta, epsilon, groupSize, groups, advantage, anchor, estimator, sampler ?? SamplerFor(groupSize, groups));

    private static void CheckSize(Cell cell, Experiment experiment, string path)
    {
        if (cell.Sampler == Sampler.Rollouts && cell.RolloutsPerUpdate > MostRollouts)
        {
            throw new ExperimentException(
                $"{path}.groups",
                string.Create(CultureInfo.InvariantCulture, $"{cell.Groups:N0} groups of {cell.GroupSize} are more rollouts in one update than the rollouts sampler draws (2^40); the counts sampler can"));
        }

        BigInteger rollouts = new BigInteger(cell.RolloutsPerUpdate) * experiment.Iterations * experiment.Replicates;
        if (rollouts > long.MaxValue)
        {
            throw new ExperimentException(path, string.Create(CultureInfo.InvariantCulture, $"one cell would draw {rollouts:N0} rollouts; they are counted up to {long.MaxValue:N0}"));
        }
    }
}
