using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>The datasets of the variants: what is null where, what is counted, and what trajectories and pass@k say, as results/README.md has it.</summary>
public sealed class VariantDatasetTests(VariantsRun variants) : IDisposable
{
    private static readonly string[] OfArms = ["kl_reference", "entropy", "renyi_correction", "effective_success_arms"];

    private readonly Workspace _workspace = new();

    private DatasetTable Cells => variants.PerCell;

    private DatasetTable Summary => variants.Summary;

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Every_variant_is_there()
    {
        Assert.Equal(["drop-degenerate", "dynamic-sampling", "importance", "plug-in", "self-normalized"], Texts("estimator"));
        Assert.Equal(["gradient", "per-arm", "tied"], Texts("update"));
        Assert.Equal(["dirichlet", "given", "uniform", "zipf"], Texts("reference"));
        Assert.Equal(["exact", "k1", "k1-in-reward", "k2", "k3", "k3-corrected"], Texts("kl"));
        Assert.Equal(["kept", "masked"], Texts("degenerate_kl"));
        Assert.Equal(["dr-grpo", "grpo", "grpo-batch-std", "grpo-sample-std"], Texts("advantage"));
        Assert.Equal(["mixed", "previous", "reference"], Texts("anchor"));
        Assert.Equal(["counts", "groups", "rollouts"], Texts("sampler"));
        Assert.True((bool)variants.Results.Manifest["certificate"]!["passed"]!);

        string[] Texts(string column) =>
            [.. Enumerable.Range(0, Cells.Rows).Where(row => !Cells.IsNull(column, row)).Select(row => Cells.Text(column, row)).Distinct().Order(StringComparer.Ordinal)];
    }

    [Fact]
    public void Parameters_are_null_where_there_are_none()
    {
        for (int cell = 0; cell < Cells.Rows; cell++)
        {
            Assert.All(["steps", "learning_rate", "kl", "degenerate_kl"], name => Assert.Equal(!IsGradient(cell), Cells.IsNull(name, cell)));
            Assert.True(IsGradient(cell) || (Cells.IsNull("clip_low", cell) && Cells.IsNull("clip_high", cell)));
            Assert.Equal(Cells.IsNull("arms", cell), Cells.IsNull("reference", cell));
        }

        // [0.1, null] has one bound, a preset two, what says nothing none.
        (bool, bool)[] bounds = [.. Enumerable.Range(0, Cells.Rows).Where(IsGradient).Select(cell => (Cells.IsNull("clip_low", cell), Cells.IsNull("clip_high", cell))).Distinct()];
        Assert.Equal([(false, false), (false, true), (true, true)], bounds.Order());
    }

    [Fact]
    public void Measures_of_arms_are_there_where_there_are_arms() => ForEachRow((row, cell, n) =>
    {
        bool hasArms = !Cells.IsNull("arms", cell) || Cells.Text("update", cell) != "tied";
        bool hasExact = hasArms && Cells.Double("beta", cell) > 0;
        Assert.All(OfArms, name => AssertNull(!hasArms, name, row));
        AssertNull(!hasExact, "tv_theory", row);
        AssertNull(!hasExact, "tv_finite", row);
        AssertNull(!hasExact || !IsGradient(cell) || n == 0, "tv_added", row);
        AssertNull(!hasExact || !IsGradient(cell), "bound_held", row);
        AssertNull(!IsPopulation(cell) || n == 0, "stuck_fraction", row);
    });

    [Fact]
    public void Closed_forms_are_null_where_there_are_none()
    {
        int without = 0;
        ForEachRow((row, cell, n) =>
        {
            bool some = Cells.Int32("prompts_per_update", cell) < Cells.Int32("prompts", cell);
            bool together = some && (Cells.Int32("lag", cell) > 0 || Cells.Int32("stage_length", cell) > 0 || Cells.Text("advantage", cell) == "grpo-batch-std");
            bool inReward = IsGradient(cell) && Cells.Text("kl", cell) == "k1-in-reward";
            foreach (string name in (string[])["p_finite", "logit_finite", "deviation_finite"])
            {
                Assert.Equal(together || inReward, Summary.IsNull(name, row));
            }

            foreach (string name in (string[])["p_theory", "logit_theory", "deviation_theory"])
            {
                Assert.Equal(together || (inReward && IsNoisy(cell)), Summary.IsNull(name, row));
            }

            without += together || inReward ? 1 : 0;
        });
        Assert.True(without > 0);
    }

    [Fact]
    public void Long_runs_are_null_where_there_are_none()
    {
        for (int cell = 0; cell < Cells.Rows; cell++)
        {
            bool endless = IsPopulation(cell) || Cells.Int32("stage_length", cell) > 0;
            bool noisyGradient = IsGradient(cell) && IsNoisy(cell);
            bool inReward = noisyGradient && Cells.Text("kl", cell) == "k1-in-reward";
            bool informative = noisyGradient && (Cells.Text("degenerate_kl", cell) == "masked" || Cells.Text("estimator", cell) is "drop-degenerate" or "dynamic-sampling");
            Assert.Equal(endless || inReward, Cells.IsNull("fixed_points_theory", cell));
            Assert.Equal(endless || inReward || informative, Cells.IsNull("fixed_points_finite", cell));
            foreach (string suffix in (string[])["theory", "finite"])
            {
                string bound = suffix == "theory" ? "beta_bound" : "beta_bound_finite";
                bool none = Cells.IsNull($"fixed_points_{suffix}", cell);
                Assert.True(!none || (Cells.IsNull($"limit_{suffix}", cell) && Cells.IsNull($"period_{suffix}", cell)));
                Assert.True(!(none || IsGradient(cell)) || Cells.IsNull($"derivative_{suffix}", cell));
                Assert.True(!(none || IsGradient(cell) || Cells.Int32("lag", cell) > 0) || Cells.IsNull(bound, cell));
                Assert.True(none || !IsGradient(cell) || (Cells.Int32($"period_{suffix}", cell) == 1 && !Cells.IsNull($"limit_{suffix}", cell)));
            }
        }

        Assert.Contains(Enumerable.Range(0, Cells.Rows), cell => !Cells.IsNull("beta_bound", cell));
    }

    [Fact]
    public void Rollouts_are_all_that_were_drawn()
    {
        ForEachRow((row, cell, n) =>
        {
            long least = Cells.Int32("group_size", cell) * Cells.Int64("groups", cell) * Cells.Int32("prompts_per_update", cell) * VariantsRun.Replicates;
            long drawn = Summary.Int64("rollouts", row);
            bool dynamic = Cells.Text("estimator", cell) == "dynamic-sampling";
            Assert.InRange(drawn, n == 0 ? 0 : least, n == 0 ? 0 : dynamic ? 10 * least : least);
        });
        long[] all = [.. Enumerable.Range(0, Cells.Rows).Select(cell => Cells.Int64("rollouts", cell))];
        Assert.Equal(all, Enumerable.Range(0, Cells.Rows).Select(cell => Enumerable.Range(0, VariantsRun.Iterations + 1).Sum(n => Summary.Int64("rollouts", VariantsRun.RowOf(cell, n)))));
        Assert.Equal([all.Sum()], variants.Results.Rollouts);
    }

    [Fact]
    public void What_is_observed_is_what_the_verifier_shows() => ForEachRow((row, cell, _) =>
    {
        double falsePositive = Cells.Double("false_positive", cell);
        double kept = 1 - falsePositive - Cells.Double("false_negative", cell);
        Assert.Equal(falsePositive + (kept * Summary.Double("p_mean", row)), Summary.Double("p_observed_mean", row), 1e-15);
    });

    [Fact]
    public void Means_are_those_of_the_trajectories() => ForEachRow((row, cell, n) =>
    {
        int[] rows = TrajectoryRows(cell, n);
        Assert.Equal(rows.Average(at => variants.Trajectories.Double("p", at)), Summary.Double("p_mean", row), 1e-14);
        Assert.Equal(rows.Average(at => Math.Clamp(variants.Trajectories.Double("logit", at), -128, 128)), Summary.Double("logit_mean", row), 1e-12);
        long groups = Summary.Int64("rollouts", row) / Cells.Int32("group_size", cell);
        if (n > 0)
        {
            Assert.Equal(rows.Sum(at => variants.Trajectories.Int64("degenerate_groups", at)) / (double)groups, Summary.Double("degenerate_fraction", row), 1e-15);
        }
    });

    [Fact]
    public void Steps_are_how_the_logit_moved()
    {
        ForEachRow((_, cell, n) =>
        {
            if (n == 0 || IsPopulation(cell) || Cells.Int32("stage_length", cell) > 0)
            {
                return;
            }

            bool gradient = IsGradient(cell);
            double pRef = Cells.Double("p_ref", cell);
            double alpha = gradient ? 0 : Cells.Double("alpha", cell);
            foreach (int at in TrajectoryRows(cell, n))
            {
                double anchor = (alpha * Math.Log(pRef / (1 - pRef))) + ((1 - alpha) * variants.Trajectories.Double("logit", at - 1));
                double moved = variants.Trajectories.Double("step", at) / (gradient ? 1 : Cells.Double("beta", cell));
                Assert.Equal(variants.Trajectories.Double("logit", at), anchor + moved, 1e-11);
            }
        });
    }

    [Fact]
    public void Pass_at_k_has_a_row_for_every_population_iteration_and_k()
    {
        DatasetTable passAt = variants.PassAtK;
        int at = 0;
        for (int cell = 0; cell < Cells.Rows; cell++)
        {
            for (int n = 0; IsPopulation(cell) && n <= VariantsRun.Iterations; n++)
            {
                int row = VariantsRun.RowOf(cell, n);
                double before = 0;
                for (int k = 1; k <= 1024; k *= 2, at++)
                {
                    Assert.Equal((cell, n, k), (passAt.Int32("cell", at), passAt.Int32("iteration", at), passAt.Int32("k", at)));
                    Assert.Equal(Cells.Text("cell_id", cell), passAt.Text("cell_id", at));
                    double value = passAt.Double("pass_at_k", at);
                    Assert.InRange(value, before, 1);
                    before = value;
                    Assert.False(passAt.IsNull("pass_at_k_se", at));
                    foreach (string curve in (string[])["theory", "finite"])
                    {
                        Assert.Equal(Summary.IsNull($"p_{curve}", row), passAt.IsNull($"pass_at_k_{curve}", at));
                        if (k == 1)
                        {
                            Assert.Equal(Summary.Double("p_mean", row), value);
                            Assert.True(Summary.IsNull($"p_{curve}", row) || Summary.Double($"p_{curve}", row) == passAt.Double($"pass_at_k_{curve}", at));
                        }
                    }
                }
            }
        }

        Assert.Equal(at, passAt.Rows);
        Assert.Contains("pass_at_k.parquet", variants.Results.Manifest["files"]!.AsArray().Select(file => (string)file!["name"]!));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void With_few_replicates_columns_are_null(int replicates)
    {
        Results results = _workspace.RunExperiment(VariantsRun.Experiment.Replace("\"replicates\": 40", $"\"replicates\": {replicates}", StringComparison.Ordinal), "few");
        DatasetTable summary = results.Read("summary.parquet");
        string[] means = [.. OfArms, "tv_theory", "tv_finite", "tv_added", "bound_held", "stuck_fraction"];
        for (int row = 0; row < summary.Rows; row++)
        {
            Assert.Equal(replicates == 0, summary.IsNull("p_observed_mean", row));
            Assert.All(means, name => Assert.Equal(replicates == 0 || Summary.IsNull(name, row), summary.IsNull(name, row)));
            Assert.All(means, name => Assert.True(summary.IsNull($"{name}_se", row)));
        }

        DatasetTable passAt = results.Read("pass_at_k.parquet");
        for (int row = 0; row < passAt.Rows; row++)
        {
            Assert.Equal(replicates == 0, passAt.IsNull("pass_at_k", row));
            Assert.True(passAt.IsNull("pass_at_k_se", row));
        }
    }

    [Fact]
    public void Pass_at_k_goes_when_no_population_is_left()
    {
        const string Both = """
            {
              "name": "both", "seed": 2, "iterations": 2, "replicates": 3,
              "grid": [{ "pRef": 0.2, "beta": 1, "groupSize": 2, "groups": 4 }, { "prompts": { "pRef": [0.2, 0.4] }, "beta": 1, "groupSize": 2, "groups": 4 }]
            }
            """;
        string one = Both.Replace(", { \"prompts\": { \"pRef\": [0.2, 0.4] }, \"beta\": 1, \"groupSize\": 2, \"groups\": 4 }", "", StringComparison.Ordinal);
        Results results = _workspace.RunExperiment(Both, "out");
        Assert.Equal(3 * 11, results.Read("pass_at_k.parquet").Rows);
        _workspace.RunExperiment(one, "out");
        Assert.False(File.Exists(results.PathOf("pass_at_k.parquet")));
        JsonArray files = results.Manifest["files"]!.AsArray();
        Assert.Equal(["summary.parquet", "cells.parquet"], files.Select(file => (string)file!["name"]!));
        Assert.Equal(_workspace.RunExperiment(one, "scratch").Digests, results.Digests);
    }

    [Fact]
    public void A_sum_that_cannot_vary_has_no_certificate()
    {
        // With two rollouts every informative group has the same phi; what varies is how many there are, which dynamic sampling fixes.
        DatasetTable summary = _workspace.RunExperiment(
            """
            {
              "name": "fixed", "seed": 2, "iterations": 2, "replicates": 200,
              "grid": { "pRef": 0.4, "beta": 1, "groupSize": 2, "groups": 40, "estimator": ["importance", "dynamic-sampling"] }
            }
            """,
            "out").Read("summary.parquet");
        Assert.Equal([true, false, false, true, true, true], Enumerable.Range(0, 6).Select(row => summary.IsNull("step_z", row)));
    }

    [Fact]
    public void A_prompt_whose_rollouts_all_succeed_is_not_stuck()
    {
        // Dynamic sampling throws such groups away, but their rewards were seen.
        DatasetTable summary = _workspace.RunExperiment(
            """
            {
              "name": "stuck", "seed": 2, "iterations": 1, "replicates": 5,
              "grid": {
                "prompts": { "pRef": [0.999999999999, 0.000000000001, 0.5, 0.5] }, "beta": 1, "groupSize": 3, "groups": 20,
                "estimator": ["importance", "dynamic-sampling"], "anchor": "previous"
              }
            }
            """,
            "out").Read("summary.parquet");
        Assert.Equal([0.25, 0.25], new[] { 1, 3 }.Select(row => summary.Double("stuck_fraction", row)));
    }

    [Fact]
    public void The_limit_of_gradient_ascent_is_where_its_mean_field_ends()
    {
        // The step is small enough that what it skips is nothing beside the tolerance, the run long enough to end.
        Results results = _workspace.RunExperiment(
            """
            {
              "name": "ends", "seed": 2, "iterations": 1500, "replicates": 0,
              "grid": [
                {
                  "pRef": 0.2, "beta": 2, "groupSize": 4, "groups": 4, "estimator": ["importance", "drop-degenerate", "dynamic-sampling"],
                  "update": [
                    { "kind": "gradient", "kl": "exact" }, { "kind": "gradient", "kl": "k2" }, { "kind": "gradient" },
                    { "kind": "gradient", "kl": "k3-corrected" }, { "kind": "gradient", "degenerateKl": "masked" }
                  ]
                },
                {
                  "pRef": 0.2, "beta": 2, "groupSize": 4, "groups": 4, "verifier": { "falsePositive": 0.1, "falseNegative": 0.05 },
                  "update": [{ "kind": "gradient", "kl": "exact" }, { "kind": "gradient" }]
                }
              ]
            }
            """,
            "out");
        DatasetTable cells = results.Read("cells.parquet");
        DatasetTable summary = results.Read("summary.parquet");
        Assert.Equal(17, cells.Rows);
        for (int cell = 0; cell < cells.Rows; cell++)
        {
            int last = (cell * 1501) + 1500;
            Assert.Equal(cells.Double("limit_theory", cell), summary.Double("p_theory", last), 1e-9);
            Assert.Equal(cells.Double("limit_finite", cell), summary.Double("p_finite", last), 1e-9);
        }
    }

    private bool IsGradient(int cell) => Cells.Text("update", cell) == "gradient";

    private bool IsPopulation(int cell) => Cells.Int32("prompts", cell) > 1;

    private bool IsNoisy(int cell) => Cells.Double("false_positive", cell) + Cells.Double("false_negative", cell) > 0;

    // A mean over replicates and its standard error.
    private void AssertNull(bool isNull, string name, int row)
    {
        Assert.True(isNull == Summary.IsNull(name, row), $"{name}, row {row}");
        Assert.True(isNull == Summary.IsNull($"{name}_se", row), $"{name}_se, row {row}");
    }

    private static int[] TrajectoryRows(int cell, int n) =>
        [.. Enumerable.Range(0, VariantsRun.Replicates).Select(replicate => (((cell * VariantsRun.Replicates) + replicate) * (VariantsRun.Iterations + 1)) + n)];

    private void ForEachRow(Action<int, int, int> check)
    {
        for (int cell = 0; cell < Cells.Rows; cell++)
        {
            for (int n = 0; n <= VariantsRun.Iterations; n++)
            {
                check(VariantsRun.RowOf(cell, n), cell, n);
            }
        }
    }
}
