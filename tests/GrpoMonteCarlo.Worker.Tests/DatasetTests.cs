using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using GrpoMonteCarlo.Parquet;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>The datasets as results/README.md has them: names, types, nulls, identities, manifest.</summary>
public sealed class DatasetTests(MixedRun mixed) : IDisposable
{
    private static readonly ParquetColumn[] CellColumns =
    [
        new("cell", ParquetType.Int32, false), new("cell_id", ParquetType.String, false), new("p_ref", ParquetType.Double, false),
        new("p_start", ParquetType.Double, false), new("beta", ParquetType.Double, false), new("epsilon", ParquetType.Double, false),
        new("group_size", ParquetType.Int32, false), new("groups", ParquetType.Int64, false), new("advantage", ParquetType.String, false),
        new("anchor", ParquetType.String, false), new("alpha", ParquetType.Double, false), new("estimator", ParquetType.String, false),
        new("sampler", ParquetType.String, false),
    ];

    private static readonly string[] Empirical =
    [
        "p_mean", "p_sd", "p_se", "p_q05", "p_q50", "p_q95", "one_minus_p_mean", "logit_mean", "logit_sd",
        "deviation_theory", "deviation_finite", "step_z", "degenerate_fraction", "saturated_fraction",
    ];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void The_summary_has_its_columns() => AssertColumns(
        mixed.Summary,
        [
            .. CellColumns,
            new("iteration", ParquetType.Int32, false), new("replicates", ParquetType.Int64, false),
            .. Optional("p_mean", "p_sd", "p_se", "p_q05", "p_q50", "p_q95", "one_minus_p_mean", "logit_mean", "logit_sd", "p_theory"),
            .. Optional("p_finite", "logit_theory", "logit_finite", "deviation_theory", "deviation_finite", "step_z", "degenerate_fraction", "saturated_fraction"),
            new("rollouts", ParquetType.Int64, false),
        ]);

    [Fact]
    public void Cells_have_their_columns()
    {
        ParquetColumn[] LongRun(string suffix, string bound) =>
        [
            new($"limit_{suffix}", ParquetType.Double, true), new($"period_{suffix}", ParquetType.Int32, true),
            new($"fixed_points_{suffix}", ParquetType.Int32, true), new($"derivative_{suffix}", ParquetType.Double, true), new(bound, ParquetType.Double, true),
        ];
        AssertColumns(mixed.PerCell, [.. CellColumns, .. LongRun("theory", "beta_bound"), .. LongRun("finite", "beta_bound_finite"), new("rollouts", ParquetType.Int64, false)]);
    }

    [Fact]
    public void Trajectories_have_their_columns() => AssertColumns(
        mixed.Trajectories,
        [
            new("cell", ParquetType.Int32, false), new("replicate", ParquetType.Int64, false), new("iteration", ParquetType.Int32, false),
            new("p", ParquetType.Double, false), new("logit", ParquetType.Double, false), new("step", ParquetType.Double, true),
            new("degenerate_groups", ParquetType.Int64, true),
        ]);

    [Fact]
    public void There_is_a_row_for_every_cell_and_iteration_and_replicate_in_order()
    {
        Assert.Equal(MixedRun.Cells, mixed.PerCell.Rows);
        Assert.Equal(MixedRun.Cells * (MixedRun.Iterations + 1), mixed.Summary.Rows);
        Assert.Equal(MixedRun.Cells * (MixedRun.Iterations + 1) * MixedRun.Replicates, mixed.Trajectories.Rows);
        for (int cell = 0; cell < MixedRun.Cells; cell++)
        {
            Assert.Equal(cell, mixed.PerCell.Int32("cell", cell));
            for (int n = 0; n <= MixedRun.Iterations; n++)
            {
                int row = MixedRun.RowOf(cell, n);
                Assert.Equal((cell, n), (mixed.Summary.Int32("cell", row), mixed.Summary.Int32("iteration", row)));
                Assert.Equal(MixedRun.Replicates, mixed.Summary.Int64("replicates", row));
                Assert.Equal(mixed.PerCell.Text("cell_id", cell), mixed.Summary.Text("cell_id", row));
            }
        }

        int at = 0;
        for (int cell = 0; cell < MixedRun.Cells; cell++)
        {
            for (int replicate = 0; replicate < MixedRun.Replicates; replicate++)
            {
                for (int n = 0; n <= MixedRun.Iterations; n++, at++)
                {
                    Assert.Equal((cell, replicate, n), (mixed.Trajectories.Int32("cell", at), mixed.Trajectories.Int64("replicate", at), mixed.Trajectories.Int32("iteration", at)));
                }
            }
        }
    }

    [Fact]
    public void Cells_carry_their_parameters_in_the_order_of_the_grids()
    {
        int row = 0;
        foreach (double pRef in new[] { 0.05, 0.9 })
        {
            foreach (int groupSize in new[] { 2, 3, 16, 100 })
            {
                foreach (string advantage in new[] { "grpo", "grpo-sample-std", "dr-grpo", "rloo", "maxrl" })
                {
                    foreach ((string anchor, double alpha) in new[] { ("reference", 1.0), ("previous", 0.0), ("mixed", 0.4) })
                    {
                        AssertCell(row++, pRef, pRef, 0.7, 1e-4, groupSize, 40, advantage, anchor, alpha);
                    }
                }
            }
        }

        // The middle of 0.1 and 0.8 on the logit scale: odds sqrt(1/9 * 4). The middle of 1/4 and 4 on the log scale is 1.
        double middle = 2.0 / 3 / (1 + (2.0 / 3));
        foreach (double pRef in new[] { 0.1, middle, 0.8 })
        {
            foreach (double beta in new[] { 0.25, 1, 4 })
            {
                foreach (int groups in new[] { 7, 130 })
                {
                    AssertCell(row++, pRef, 0.3, beta, 1e-7, 3, groups, "{\"scale\":[0,1.5,1.25,0]}", "mixed", 0.25);
                }
            }
        }

        AssertCell(row++, 0.3, 0.3, 2, 1e-4, 900, 8000, "grpo", "reference", 1);
        Assert.Equal(MixedRun.Cells, row);
    }

    [Fact]
    public void A_cell_id_is_the_hash_of_the_parameters_that_are_not_at_their_defaults()
    {
        // Canonical JSON (RFC 8785) by hand: members sorted, ECMAScript's numbers.
        AssertId(0, """{"beta":0.7,"groupSize":2,"groups":40,"pRef":0.05,"sampler":"groups"}""");
        AssertId(1, """{"anchor":"previous","beta":0.7,"groupSize":2,"groups":40,"pRef":0.05,"sampler":"groups"}""");
        AssertId((4 * 5 * 3) + (3 * 5 * 3) + (4 * 3) + 2, """{"advantage":"maxrl","anchor":{"mixed":0.4},"beta":0.7,"groupSize":100,"groups":40,"pRef":0.9,"sampler":"groups"}""");
        AssertId(120, """{"advantage":{"scale":[0,1.5,1.25,0]},"anchor":{"mixed":0.25},"beta":0.25,"epsilon":1e-7,"groupSize":3,"groups":7,"pRef":0.1,"sampler":"rollouts","start":0.3}""");
        AssertId(137, """{"advantage":{"scale":[0,1.5,1.25,0]},"anchor":{"mixed":0.25},"beta":4,"epsilon":1e-7,"groupSize":3,"groups":130,"pRef":0.8,"sampler":"groups","start":0.3}""");
        Assert.Equal(MixedRun.Cells, Enumerable.Range(0, MixedRun.Cells).Select(cell => mixed.PerCell.Text("cell_id", cell)).Distinct().Count());
    }

    [Fact]
    public void A_cell_is_the_same_in_another_experiment()
    {
        // Not its neighbours, its place, the iterations after it nor the replicates beside it: the same draws.
        Results other = _workspace.RunExperiment(
            """
            {
              "name": "other", "seed": 20250306, "iterations": 2, "replicates": 3,
              "grid": { "pRef": [0.4, 0.9], "beta": 0.7, "groupSize": 16, "groups": 40, "anchor": "previous" }, "record": { "trajectories": true }
            }
            """,
            "other");
        int cell = Enumerable.Range(0, MixedRun.Cells).Single(cell => mixed.PerCell.Text("cell_id", cell) == other.Read("cells.parquet").Text("cell_id", 1));
        DatasetTable trajectories = other.Read("trajectories.parquet");
        for (int replicate = 0; replicate < 3; replicate++)
        {
            for (int n = 0; n <= 2; n++)
            {
                int row = (((cell * MixedRun.Replicates) + replicate) * (MixedRun.Iterations + 1)) + n;
                Assert.Equal(mixed.Trajectories.Double("logit", row), trajectories.Double("logit", ((3 + replicate) * 3) + n));
            }
        }
    }

    [Fact]
    public void Iteration_0_is_the_start_exactly()
    {
        for (int cell = 0; cell < MixedRun.Cells; cell++)
        {
            int row = MixedRun.RowOf(cell, 0);
            double start = mixed.Summary.Double("p_start", row);
            Assert.Equal(start, mixed.Summary.Double("p_mean", row), 1e-15);
            Assert.Equal(1 - start, mixed.Summary.Double("one_minus_p_mean", row), 1e-15);
            Assert.Equal(0, mixed.Summary.Double("p_sd", row));
            Assert.Equal(0, mixed.Summary.Double("p_se", row));
            Assert.Equal(0, mixed.Summary.Double("logit_sd", row));
            Assert.Equal(Math.Log(start / (1 - start)), mixed.Summary.Double("logit_mean", row), 1e-14);
            Assert.Equal(start, mixed.Summary.Double("p_q50", row), 1e-15);
            Assert.Equal(start, mixed.Summary.Double("p_finite", row), 1e-15);
            Assert.Equal(0, mixed.Summary.Double("deviation_finite", row), 1e-16);
            Assert.Equal(0, mixed.Summary.Double("saturated_fraction", row));
            Assert.Equal(0, mixed.Summary.Int64("rollouts", row));
            Assert.True(mixed.Summary.IsNull("step_z", row));
            Assert.True(mixed.Summary.IsNull("degenerate_fraction", row));
        }
    }

    [Fact]
    public void A_given_scale_has_no_population_columns_and_a_named_rule_has()
    {
        string[] summary = ["p_theory", "logit_theory", "deviation_theory"];
        string[] cells = ["limit_theory", "period_theory", "fixed_points_theory", "derivative_theory", "beta_bound"];
        for (int cell = 0; cell < MixedRun.Cells; cell++)
        {
            bool given = mixed.PerCell.Text("advantage", cell).StartsWith('{');
            Assert.Equal(cell is >= 120 and < 138, given);
            Assert.All(summary, name => Assert.Equal(given, mixed.Summary.IsNull(name, MixedRun.RowOf(cell, 3))));
            Assert.All(given ? cells : ["fixed_points_theory"], name => Assert.Equal(given, mixed.PerCell.IsNull(name, cell)));
            Assert.False(mixed.PerCell.IsNull("fixed_points_finite", cell));
        }
    }

    [Fact]
    public void The_mirror_has_the_limit_1_and_no_derivative()
    {
        int seen = 0;
        for (int cell = 0; cell < MixedRun.Cells; cell++)
        {
            if (mixed.PerCell.Text("anchor", cell) == "previous")
            {
                Assert.Equal(1, mixed.PerCell.Double("limit_finite", cell));
                Assert.Equal(1, mixed.PerCell.Int32("period_finite", cell));
                Assert.All(["derivative_theory", "beta_bound", "derivative_finite", "beta_bound_finite"], name => Assert.True(mixed.PerCell.IsNull(name, cell), name));
                seen++;
            }
        }

        Assert.Equal(40, seen);
    }

    [Fact]
    public void Rollouts_are_counted()
    {
        for (int cell = 0; cell < MixedRun.Cells; cell++)
        {
            long update = mixed.PerCell.Int32("group_size", cell) * mixed.PerCell.Int64("groups", cell) * MixedRun.Replicates;
            Assert.Equal(update, mixed.Summary.Int64("rollouts", MixedRun.RowOf(cell, 1)));
            Assert.Equal(update * MixedRun.Iterations, mixed.PerCell.Int64("rollouts", cell));
        }

        Assert.Equal([Enumerable.Range(0, MixedRun.Cells).Sum(cell => mixed.PerCell.Int64("rollouts", cell))], mixed.Results.Rollouts);
    }

    [Fact]
    public void One_replicate_has_no_standard_deviation()
    {
        DatasetTable summary = _workspace.RunExperiment(MixedRun.Experiment.Replace("\"replicates\": 60", "\"replicates\": 1", StringComparison.Ordinal), "one").Read("summary.parquet");
        for (int row = 0; row < summary.Rows; row++)
        {
            Assert.True(summary.IsNull("p_sd", row) && summary.IsNull("p_se", row) && summary.IsNull("logit_sd", row));
            Assert.False(summary.IsNull("p_mean", row) || summary.IsNull("logit_mean", row) || summary.IsNull("p_q05", row) || summary.IsNull("deviation_finite", row));
        }
    }

    [Fact]
    public void Without_replicates_there_are_closed_forms_only()
    {
        Results results = _workspace.RunExperiment(MixedRun.Experiment.Replace("\"replicates\": 60", "\"replicates\": 0", StringComparison.Ordinal), "none");
        DatasetTable summary = results.Read("summary.parquet");
        Assert.Equal(mixed.Summary.Rows, summary.Rows);
        for (int row = 0; row < summary.Rows; row++)
        {
            Assert.All(Empirical, name => Assert.True(summary.IsNull(name, row), name));
            Assert.Equal(0, summary.Int64("replicates", row));
            Assert.Equal(0, summary.Int64("rollouts", row));
            Assert.Equal(mixed.Summary.Double("p_finite", row), summary.Double("p_finite", row));
            Assert.Equal(mixed.Summary.IsNull("p_theory", row), summary.IsNull("p_theory", row));
        }

        Assert.False(File.Exists(results.PathOf("trajectories.parquet")));
        Assert.Equal(2, results.Manifest["files"]!.AsArray().Count);
    }

    [Fact]
    public void Trajectories_that_are_no_longer_recorded_are_removed()
    {
        _workspace.RunExperiment(MixedRun.Experiment, "out");
        Results results = _workspace.RunExperiment(MixedRun.Experiment.Replace("true", "false", StringComparison.Ordinal), "out");
        Assert.False(File.Exists(results.PathOf("trajectories.parquet")));
    }

    [Fact]
    public void The_manifest_lists_every_file_with_its_rows_and_hash()
    {
        JsonNode manifest = mixed.Results.Manifest;
        JsonArray files = manifest["files"]!.AsArray();
        Assert.Equal(["cells.parquet", "summary.parquet", "trajectories.parquet"], files.Select(file => (string)file!["name"]!).Order(StringComparer.Ordinal));
        foreach (JsonNode? file in files)
        {
            string path = mixed.Results.PathOf((string)file!["name"]!);
            Assert.Equal(Workspace.HashOf(path), (string)file["sha256"]!);
            Assert.Equal(new FileInfo(path).Length, (long)file["bytes"]!);
            Assert.Equal(mixed.Results.Read(Path.GetFileName(path)).Rows, (long)file["rows"]!);
        }

        Assert.Equal(1, (int)manifest["streamVersion"]!);
        Assert.Equal(MixedRun.Cells, (int)manifest["cells"]!);
        Assert.False(string.IsNullOrEmpty((string?)manifest["tool"]!["version"]));
        JsonNode run = Assert.Single(manifest["runs"]!.AsArray())!;
        Assert.All(["started", "simulatingSeconds", "totalSeconds", "rolloutsPerSecond", "instructionSet", "machine"], member => Assert.NotNull(run[member]));
    }

    [Fact]
    public void Every_file_says_what_it_is_of()
    {
        foreach (DatasetTable table in new[] { mixed.Summary, mixed.PerCell, mixed.Trajectories })
        {
            string experiment = table.Metadata["grpomc.experiment"];
            Assert.Equal(Sha256(experiment), table.Metadata["grpomc.experiment_hash"]);
            Assert.Equal("1", table.Metadata["grpomc.stream_version"]);
            Assert.True(JsonNode.DeepEquals(JsonNode.Parse(experiment), mixed.Results.Manifest["experiment"]));
            Assert.Equal(table.Metadata["grpomc.experiment_hash"], (string)mixed.Results.Manifest["experimentHash"]!);
        }
    }

    [Fact]
    public void The_experiment_inside_is_canonical_and_complete()
    {
        Results results = _workspace.RunExperiment(
            """
            {
              "seed": 9007199254740991, "name": "Full-1.0", "description": "\u00fc \" \\ \n \u0001",
              "replicates": 0, "iterations": 3,
              "grid": { "groups": 100, "groupSize": [16, 2], "beta": 1e-7, "pRef": { "from": 0.25, "to": 0.75, "count": 3 } },
            }
            """,
            "canonical");
        Assert.Equal(
            """{"description":"ü \" \\ \n \u0001","grid":[{"advantage":["grpo"],"anchor":["reference"],"beta":[1e-7],"epsilon":[0.0001],"estimator":["importance"],"groupSize":[16,2],"groups":[100],"pRef":[0.25,0.5,0.75]}],"iterations":3,"name":"Full-1.0","record":{"trajectories":false},"replicates":0,"sampler":"auto","seed":9007199254740991}""",
            results.Read("cells.parquet").Metadata["grpomc.experiment"]);
    }

    private static ParquetColumn[] Optional(params string[] names) => [.. names.Select(name => new ParquetColumn(name, ParquetType.Double, true))];

    // More columns are welcome between and after these.
    private static void AssertColumns(DatasetTable table, ParquetColumn[] contract)
    {
        HashSet<string> names = [.. contract.Select(column => column.Name)];
        Assert.Equal(contract, table.Columns.Where(column => names.Contains(column.Name)));
    }

    private void AssertCell(
        int row, double pRef, double start, double beta, double epsilon, int groupSize, long groups, string advantage, string anchor, double alpha)
    {
        DatasetTable cells = mixed.PerCell;
        Assert.Equal(pRef, cells.Double("p_ref", row), 1e-15);
        Assert.Equal(start, cells.Double("p_start", row), 1e-15);
        Assert.Equal(beta, cells.Double("beta", row), 1e-15);
        Assert.Equal(epsilon, cells.Double("epsilon", row));
        Assert.Equal(groupSize, cells.Int32("group_size", row));
        Assert.Equal(groups, cells.Int64("groups", row));
        Assert.Equal(advantage, cells.Text("advantage", row));
        Assert.Equal(anchor, cells.Text("anchor", row));
        Assert.Equal(alpha, cells.Double("alpha", row));
        Assert.Equal("importance", cells.Text("estimator", row));
        string sampler = groups <= 32 && groups * groupSize <= 4096 ? "rollouts" : groups < 1024 && groupSize < 512 ? "groups" : "counts";
        Assert.Equal(sampler, cells.Text("sampler", row));
    }

    private void AssertId(int cell, string canonical) => Assert.Equal(Sha256(canonical), mixed.PerCell.Text("cell_id", cell));

    private static string Sha256(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
