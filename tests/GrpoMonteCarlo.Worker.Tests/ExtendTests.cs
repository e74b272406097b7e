namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>An experiment that grows, or shrinks: only what is missing is simulated, and the bytes are those of one run from scratch.</summary>
public sealed class ExtendTests : IDisposable
{
    private const string First = """
        {
          "name": "growing", "seed": 11, "iterations": 4, "replicates": 30,
          "grid": { "pRef": [0.2, 0.6], "beta": 1, "groupSize": 4, "groups": 25 },
          "record": { "trajectories": true }
        }
        """;

    private const double RolloutsPerUpdate = 4 * 25;

    private readonly Workspace _workspace = new();
    private int _scratches;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_same_again()
    {
        Results results = Run(First, 2 * 30 * 4);
        string expected = results.Digests;
        Assert.Equal(expected, Run(First, 0).Digests);
        Assert.Equal([2 * 30 * 4 * RolloutsPerUpdate, 0], results.Rollouts);
    }

    [Fact]
    public void More_replicates()
    {
        Run(First, 2 * 30 * 4);
        Run(With("\"replicates\": 30", "\"replicates\": 75"), 2 * 45 * 4);
        Run(With("\"replicates\": 30", "\"replicates\": 76"), 2 * 1 * 4);
    }

    [Fact]
    public void More_replicates_of_every_variant()
    {
        // Dynamic sampling draws as many groups as it takes, so what was simulated is known from the rows.
        Results results = _workspace.RunExperiment(OfVariants(7), "growing");
        long before = RolloutsOf(results);
        results = _workspace.RunExperiment(OfVariants(16), "growing");
        Assert.Equal(_workspace.RunExperiment(OfVariants(16), "scratch").Digests, results.Digests);
        Assert.Equal([before, RolloutsOf(results) - before], results.Rollouts);

        results = _workspace.RunExperiment(OfVariants(16).Replace("\"iterations\": 5", "\"iterations\": 3", StringComparison.Ordinal), "growing");
        Assert.Equal(0, results.Rollouts[^1]);

        static string OfVariants(int replicates) =>
            VariantsRun.Experiment.Replace("\"replicates\": 40", $"\"replicates\": {replicates}", StringComparison.Ordinal);

        static long RolloutsOf(Results results)
        {
            DatasetTable cells = results.Read("cells.parquet");
            return Enumerable.Range(0, cells.Rows).Sum(cell => cells.Int64("rollouts", cell));
        }
    }

    [Fact]
    public void More_cells()
    {
        Run(First, 2 * 30 * 4);
        Run(With("[0.2, 0.6]", "[0.1, 0.6, 0.2]"), 1 * 30 * 4);
        Run(With("\"beta\": 1", "\"beta\": [2, 1]"), 2 * 30 * 4);
    }

    [Fact]
    public void Fewer_cells()
    {
        Run(First, 2 * 30 * 4);
        Run(With("[0.2, 0.6]", "0.6"), 0);
        Run(First, 0);
    }

    [Fact]
    public void More_iterations()
    {
        Run(First, 2 * 30 * 4);
        Run(With("\"iterations\": 4", "\"iterations\": 9"), 2 * 30 * 9);
        Run(First, 0);
    }

    [Fact]
    public void Fewer_iterations()
    {
        Run(First, 2 * 30 * 4);
        Run(With("\"iterations\": 4", "\"iterations\": 2"), 0);
    }

    [Fact]
    public void Fewer_replicates()
    {
        // Sums of 30 replicates do not hold the sums of 20, so these are simulated; the 30 are still there afterwards.
        Run(First, 2 * 30 * 4);
        Run(With("\"replicates\": 30", "\"replicates\": 20"), 2 * 20 * 4);
        Run(First, 0);
    }

    [Fact]
    public void Fewer_replicates_that_earlier_runs_ended_with()
    {
        Run(With("\"replicates\": 30", "\"replicates\": 20"), 2 * 20 * 4);
        Run(First, 2 * 10 * 4);
        Run(With("\"replicates\": 30", "\"replicates\": 20"), 0);
    }

    [Fact]
    public void More_of_everything()
    {
        Run(First, 2 * 30 * 4);
        Run(With("\"iterations\": 4, \"replicates\": 30", "\"iterations\": 5, \"replicates\": 40"), 2 * 40 * 5);
        Run(With("\"iterations\": 4, \"replicates\": 30", "\"iterations\": 4, \"replicates\": 50"), 2 * 10 * 4);
        Run(With("\"iterations\": 4, \"replicates\": 30", "\"iterations\": 5, \"replicates\": 50"), 2 * 10 * 5);
    }

    [Fact]
    public void Trajectories_wanted_afterwards()
    {
        Run(With("true", "false"), 2 * 30 * 4);
        Run(First, 2 * 30 * 4);
        Run(With("true", "false"), 0);
    }

    [Fact]
    public void Closed_forms_only_at_first()
    {
        Run(With("\"replicates\": 30", "\"replicates\": 0"), 0);
        Run(First, 2 * 30 * 4);
        Run(With("\"replicates\": 30", "\"replicates\": 0"), 0);
    }

    [Fact]
    public void One_replicate_at_a_time()
    {
        for (int replicates = 1; replicates <= 5; replicates++)
        {
            Run(With("\"replicates\": 30", $"\"replicates\": {replicates}"), 2 * 4);
        }
    }

    private static string With(string piece, string replacement)
    {
        Assert.Contains(piece, First, StringComparison.Ordinal);
        return First.Replace(piece, replacement, StringComparison.Ordinal);
    }

    // Goes on in the one folder, which must simulate so many updates and end as a new folder would.
    private Results Run(string experiment, int updates)
    {
        Results results = _workspace.RunExperiment(experiment, "growing");
        Results scratch = _workspace.RunExperiment(experiment, $"scratch{_scratches++}");
        Assert.Equal(scratch.Digests, results.Digests);
        Assert.Equal(updates * RolloutsPerUpdate, results.Rollouts[^1]);
        return results;
    }
}
