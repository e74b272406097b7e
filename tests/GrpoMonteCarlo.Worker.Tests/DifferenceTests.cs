using GrpoMonteCarlo.Experiments;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>differences.parquet: which pairs it has, that it agrees with the summary, and that it is never of other baselines than it says.</summary>
public sealed class DifferenceTests(CoupledRun coupled) : IDisposable
{
    private const string Small = """
        {
          "name": "pairs", "seed": 4, "iterations": 3, "replicates": 50, "coupling": "common",
          "grid": { "pRef": 0.2, "beta": [1, 2], "groupSize": 8, "groups": [5, 30] }
        }
        """;

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Differences_are_between_the_means_of_two_rows_of_the_summary()
    {
        DatasetTable summary = coupled.Results.Read("summary.parquet");
        DatasetTable differences = coupled.Results.Read("differences.parquet");
        Assert.True(differences.Rows > 5 * 40);
        Assert.Equal(
            ["advantage", "arms", "beta", "estimator", "groupSize", "groups", "lag", "pRef", "update", "verifier"],
            Enumerable.Range(0, differences.Rows).Select(row => differences.Text("parameter", row)).Distinct().Order(StringComparer.Ordinal));
        for (int row = 0; row < differences.Rows; row++)
        {
            int n = differences.Int32("iteration", row);
            int own = (5 * differences.Int32("cell", row)) + n;
            int other = (5 * differences.Int32("baseline", row)) + n;
            Assert.Equal(row % 5, n);
            Assert.Equal(summary.Text("cell_id", own), differences.Text("cell_id", row));
            Assert.Equal(summary.Text("cell_id", other), differences.Text("baseline_id", row));
            Assert.Equal(summary.Double("p_mean", own) - summary.Double("p_mean", other), differences.Double("p_difference", row), 1e-13);
            Assert.Equal(summary.Double("logit_mean", own) - summary.Double("logit_mean", other), differences.Double("logit_difference", row), 1e-12);

            // sd(a - b) is between |sd(a) - sd(b)| and sd(a) + sd(b).
            (double a, double b) = (summary.Double("p_se", own), summary.Double("p_se", other));
            Assert.InRange(differences.Double("p_difference_se", row), Math.Abs(a - b) - 1e-12, a + b + 1e-12);
            if (!differences.IsNull("variance_ratio", row))
            {
                Assert.Equal(((a * a) + (b * b)) / Math.Pow(differences.Double("p_difference_se", row), 2), differences.Double("variance_ratio", row), 1e-9 * differences.Double("variance_ratio", row));
            }

            foreach (string curve in (string[])["theory", "finite"])
            {
                Assert.Equal(summary.IsNull($"p_{curve}", own) || summary.IsNull($"p_{curve}", other), differences.IsNull($"p_difference_{curve}", row));
                if (!differences.IsNull($"p_difference_{curve}", row))
                {
                    Assert.Equal(summary.Double($"p_{curve}", own) - summary.Double($"p_{curve}", other), differences.Double($"p_difference_{curve}", row), 1e-14);
                }
            }
        }
    }

    [Fact]
    public void A_run_is_verified_with_its_ranges_and_without()
    {
        Results results = _workspace.RunExperiment(Small, "out");
        Assert.Contains("ok     differences.parquet", _workspace.Run("verify", "out").Expect(0).Output, StringComparison.Ordinal);
        Directory.Delete(results.PathOf("state"), recursive: true);
        _workspace.Run("verify", "out").Expect(0);
    }

    [Fact]
    public void Cells_that_deviate_together_do_not_fail_the_certificate()
    {
        // 60 cells all but alike: 600 step_z, ten of which say all. Taken for independent, their distribution would be rejected.
        const string Alike = """
            {
              "name": "alike", "seed": 1, "iterations": 10, "replicates": 300, "coupling": "common",
              "grid": { "pRef": 0.2, "beta": { "from": 1.99, "to": 2.01, "count": 60 }, "groupSize": 8, "groups": 64 }
            }
            """;
        Results results = _workspace.RunExperiment(Alike, "out");
        DatasetTable summary = results.Read("summary.parquet");
        double[] stepZ = [.. Enumerable.Range(0, summary.Rows).Where(row => !summary.IsNull("step_z", row)).Select(row => summary.Double("step_z", row))];
        Assert.Equal(600, stepZ.Length);
        Assert.False(new Certificate(stepZ).Passed);
        Assert.True(new Certificate(stepZ, Coupling.Common).Passed);
        Assert.False(new Certificate([.. stepZ, 7.01], Coupling.Common).Passed);
        Assert.Null((double?)results.Manifest["certificate"]!["kolmogorovSmirnovP"]);
        _workspace.Run("verify", "out").Expect(0);
    }

    [Fact]
    public void Another_baseline_is_compared_with_anew()
    {
        _workspace.RunExperiment(Small, "out");
        string more = Small.Replace("[1, 2]", "[3, 1, 2]", StringComparison.Ordinal);
        Results results = _workspace.RunExperiment(more, "out");
        Assert.Equal(_workspace.RunExperiment(more, "scratch").Digests, results.Digests);

        // beta 1 and 2 are compared with 3 now, and simulated again; of 3 and M 5 nothing had been there.
        Assert.Equal(50 * 3 * 8 * (5 + 30) * 3, results.Rollouts[^1]);
    }

    [Fact]
    public void Cells_after_the_others_leave_these_as_they_are()
    {
        _workspace.RunExperiment(Small, "out");
        Results results = _workspace.RunExperiment(Small.Replace("[1, 2]", "[1, 2, 3]", StringComparison.Ordinal), "out");
        Assert.Equal(50 * 3 * 8 * (5 + 30), results.Rollouts[^1]);
    }

    [Fact]
    public void A_run_without_coupling_has_none_and_other_numbers()
    {
        Results results = _workspace.RunExperiment(Small, "out");
        double before = results.Read("summary.parquet").Double("p_mean", 3);
        Assert.True(File.Exists(results.PathOf("differences.parquet")));
        results = _workspace.RunExperiment(Small.Replace("\"common\"", "\"none\"", StringComparison.Ordinal), "out");
        Assert.False(File.Exists(results.PathOf("differences.parquet")));
        Assert.NotEqual(before, results.Read("summary.parquet").Double("p_mean", 3));
        Assert.False(File.Exists(_workspace.RunExperiment(Small.Replace("50", "0", StringComparison.Ordinal), "closed").PathOf("differences.parquet")));
    }

    [Theory]
    [InlineData("\"all\"", "$.coupling: unknown coupling \"all\"; known: none, common")]
    [InlineData("true", "$.coupling: must be a string")]
    public void What_is_no_coupling_is_refused(string coupling, string reason)
    {
        string path = _workspace.Write("wrong.json", Small.Replace("\"common\"", coupling, StringComparison.Ordinal));
        Refusal.Check(_workspace.Run("run", path, "--out", "out", "--no-progress"), reason);
    }
}
