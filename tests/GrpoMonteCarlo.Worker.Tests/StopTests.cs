namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>Cells that stop by themselves: at a precision, deterministically; or at a time limit, from where the next run goes on.</summary>
public sealed class StopTests : IDisposable
{
    private const string Target = """
        {
          "name": "target", "seed": 4, "iterations": 5, "replicates": 40,
          "grid": { "pRef": [0.1, 0.3, 0.5], "beta": [1.5, 3], "groupSize": 4, "groups": [8, 30] },
          "record": { "trajectories": true },
          "stop": { "targetStandardError": 0.002, "maxReplicates": 500 }
        }
        """;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void A_cell_stops_at_the_first_checkpoint_that_is_precise_enough()
    {
        Results results = _workspace.RunExperiment(Target, "out");
        DatasetTable summary = results.Read("summary.parquet");
        DatasetTable cells = results.Read("cells.parquet");
        long[] checkpoints = [40, 80, 160, 320, 500];
        var seen = new HashSet<string>();
        for (int cell = 0; cell < cells.Rows; cell++)
        {
            int last = (cell * 6) + 5;
            long replicates = summary.Int64("replicates", last);
            string stopped = cells.Text("stopped_by", cell)!;
            seen.Add(stopped);
            Assert.Contains(replicates, checkpoints);
            Assert.Equal(summary.Double("p_se", last) <= 0.002, stopped == "precision");
            Assert.Equal(stopped == "max-replicates", stopped != "precision");
            Assert.True(stopped == "precision" || replicates == 500);

            // One checkpoint before, it was not precise enough.
            if (replicates > 40)
            {
                long before = checkpoints[Array.IndexOf(checkpoints, replicates) - 1];
                Assert.True(StandardErrorOf(cell, before) > 0.002, $"cell {cell} after {before}");
            }
        }

        Assert.Equal(["max-replicates", "precision"], seen.Order());
        Assert.Equal(
            Enumerable.Range(0, cells.Rows).Sum(cell => summary.Int64("replicates", cell * 6) * 6), results.Read("trajectories.parquet").Rows);
    }

    [Fact]
    public void The_bytes_do_not_depend_on_workers_nor_on_interruptions_nor_on_what_was_there()
    {
        string expected = _workspace.RunExperiment(Target, "one", ["--workers", "1"]).Digests;
        Assert.Equal(expected, _workspace.RunExperiment(Target, "five", ["--workers", "5"]).Digests);

        // From a looser target on: only what is new is simulated, and the looser one then needs nothing.
        _workspace.RunExperiment(Target.Replace("0.002", "0.01", StringComparison.Ordinal), "grown");
        Results grown = _workspace.RunExperiment(Target, "grown");
        Assert.Equal(expected, grown.Digests);
        Assert.Equal(new Results(_workspace.PathOf("one")).Rollouts[0], grown.Rollouts.Sum());
        Assert.Equal(0, _workspace.RunExperiment(Target.Replace("0.002", "0.01", StringComparison.Ordinal), "grown").Rollouts[^1]);

        // Without some of its ranges.
        foreach (string range in Directory.GetFiles(_workspace.PathOf("one", "state"), "*-*", SearchOption.AllDirectories).Where((_, i) => i % 3 == 0))
        {
            File.Delete(range);
        }

        Assert.Equal(expected, _workspace.RunExperiment(Target, "one").Digests);
    }

    [Fact]
    public void A_target_can_be_relative_to_p()
    {
        Results results = _workspace.RunExperiment(Target.Replace("0.002", "{ \"relative\": 0.01 }", StringComparison.Ordinal), "out");
        DatasetTable summary = results.Read("summary.parquet");
        DatasetTable cells = results.Read("cells.parquet");
        for (int cell = 0; cell < cells.Rows; cell++)
        {
            int last = (cell * 6) + 5;
            Assert.Equal(summary.Double("p_se", last) <= 0.01 * summary.Double("p_mean", last), cells.Text("stopped_by", cell) == "precision");
        }
    }

    [Fact]
    public void A_time_limit_ends_each_cell_where_it_is_and_the_same_command_goes_on()
    {
        const string Limited = """
            {
              "name": "limited", "seed": 4, "iterations": 3, "replicates": 1000000000,
              "grid": { "pRef": [0.1, 0.3], "beta": 2, "groupSize": 4, "groups": 2000 },
              "sampler": "rollouts", "stop": { "timeLimit": 0.05 }
            }
            """;
        long[] before = [0, 0];
        for (int run = 0; run < 2; run++)
        {
            Results results = _workspace.RunExperiment(Limited, "out");
            DatasetTable summary = results.Read("summary.parquet");
            long[] replicates = [.. new[] { 0, 4 }.Select(row => summary.Int64("replicates", row))];
            Assert.All(replicates.Zip(before), pair => Assert.InRange(pair.First, pair.Second + 1, 999_999_999));
            Assert.Equal("time-limit", results.Read("cells.parquet").Text("stopped_by", 0));

            // What is there is what so many replicates give, cell by cell.
            string plain = Limited.Replace(", \"stop\": { \"timeLimit\": 0.05 }", "", StringComparison.Ordinal)
                .Replace("[0.1, 0.3]", "0.1", StringComparison.Ordinal)
                .Replace("1000000000", $"{replicates[0]}", StringComparison.Ordinal);
            DatasetTable expected = _workspace.RunExperiment(plain, $"plain-{run}").Read("summary.parquet");
            Assert.All(new[] { "p_mean", "p_sd", "logit_mean" }, column => Assert.Equal(expected.Double(column, 3), summary.Double(column, 3)));
            before = replicates;
        }
    }

    [Fact]
    public void A_cell_that_ends_before_its_time_limit_ends_as_without_it()
    {
        const string Quick = """
            { "name": "quick", "seed": 4, "iterations": 3, "replicates": 20, "grid": { "pRef": 0.1, "beta": 2, "groupSize": 4, "groups": 5 } }
            """;
        Results limited = _workspace.RunExperiment(Quick.Replace("\"seed\"", "\"stop\": { \"timeLimit\": 1000 }, \"seed\"", StringComparison.Ordinal), "limited");
        Assert.Equal("replicates", limited.Read("cells.parquet").Text("stopped_by", 0));
        Assert.Equal(20, limited.Read("summary.parquet").Int64("replicates", 0));
    }

    [Theory]
    [InlineData("{}", "$.stop", "needs")]
    [InlineData("[]", "$.stop", "object")]
    [InlineData("{ \"target\": 1 }", "$.stop.target", "unknown member")]
    [InlineData("{ \"targetStandardError\": 0.01 }", "$.stop", "maxReplicates")]
    [InlineData("{ \"targetStandardError\": 0, \"maxReplicates\": 100 }", "$.stop.targetStandardError", "positive")]
    [InlineData("{ \"targetStandardError\": { \"relative\": -1 }, \"maxReplicates\": 100 }", "$.stop.targetStandardError.relative", "positive")]
    [InlineData("{ \"targetStandardError\": { \"absolute\": 1 }, \"maxReplicates\": 100 }", "$.stop.targetStandardError.absolute", "unknown member")]
    [InlineData("{ \"targetStandardError\": 0.01, \"maxReplicates\": 39 }", "$.stop.maxReplicates", "from 40")]
    [InlineData("{ \"maxReplicates\": 100 }", "$.stop.maxReplicates", "targetStandardError")]
    [InlineData("{ \"maxReplicates\": 100, \"timeLimit\": 1 }", "$.stop.maxReplicates", "targetStandardError")]
    [InlineData("{ \"timeLimit\": 0 }", "$.stop.timeLimit", "positive")]
    [InlineData("{ \"timeLimit\": \"1h\" }", "$.stop.timeLimit", "number")]
    public void A_rule_that_cannot_be_followed_is_refused(string stop, params string[] saying)
    {
        _workspace.Write("experiment.json", Target);
        string[] before = _workspace.Snapshot();
        Refusal.Check(_workspace.Run("run", "experiment.json", "--set", $"stop={stop}"), saying);
        Assert.Equal(before, _workspace.Snapshot());
    }

    [Fact]
    public void A_rule_needs_replicates()
    {
        _workspace.Write("experiment.json", Target);
        Refusal.Check(_workspace.Run("run", "experiment.json", "--set", "replicates=1"), "$.stop", "at least 2");
        Refusal.Check(_workspace.Run("run", "experiment.json", "--set", "replicates=0", "--set", "stop={\"timeLimit\":1}"), "$.stop", "at least 1");
    }

    // Of a run of just so many replicates, without a rule.
    private double StandardErrorOf(int cell, long replicates)
    {
        string name = $"plain-{replicates}";
        if (!Directory.Exists(_workspace.PathOf(name)))
        {
            string plain = Target.Replace("\"replicates\": 40", $"\"replicates\": {replicates}", StringComparison.Ordinal);
            _workspace.RunExperiment(plain[..plain.LastIndexOf(",\n  \"stop\"", StringComparison.Ordinal)] + "}", name);
        }

        return new Results(_workspace.PathOf(name)).Read("summary.parquet").Double("p_se", (cell * 6) + 5);
    }
}
