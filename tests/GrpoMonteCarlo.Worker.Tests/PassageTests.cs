using System.Globalization;
using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>passages.parquet, basins.parquet and passage_times.parquet: what was measured against the trajectories, and the law against what was measured.</summary>
public sealed class PassageTests : IDisposable
{
    public const string Mixed = """
        {
          "name": "passages", "seed": 6, "iterations": 6, "replicates": 500, "record": { "trajectories": true, "passages": [0.3, 0.5] },
          "grid": [
            { "pRef": 0.2, "beta": 1, "groupSize": 8, "groups": [1, 16] },
            { "pRef": 0.2, "beta": 1, "groupSize": 8, "groups": 16, "lag": 1 },
            { "prompts": { "pRef": [0.2, 0.4] }, "beta": 1, "groupSize": 8, "groups": 16 }
          ]
        }
        """;

    // Two basins each; the second cell starts in the upper one.
    private const string Two = """
        {
          "name": "two", "seed": 7, "iterations": 12, "replicates": 400, "record": { "trajectories": true, "passages": [0.8] },
          "grid": { "pRef": 0.1, "start": [0.7, 0.95], "beta": 0.7, "epsilon": 1e-4, "groupSize": 32, "groups": 2 }
        }
        """;

    private static readonly string[] PassageFiles = ["passages.parquet", "basins.parquet", "passage_times.parquet"];

    private readonly Workspace _workspace = new();

    public void Dispose() => _workspace.Dispose();

    [Fact]
    public void Shares_are_those_of_the_trajectories_and_only_known_chains_have_a_law()
    {
        Results results = _workspace.RunExperiment(Mixed, "out");
        DatasetTable trajectories = results.Read("trajectories.parquet");
        DatasetTable passages = results.Read("passages.parquet");
        Assert.Equal(4 * 2 * 7, passages.Rows);
        var reached = new Dictionary<(int Cell, double Threshold, int Iteration), int>();
        foreach (IGrouping<(int Cell, long), int> path in Enumerable.Range(0, trajectories.Rows).GroupBy(row => (trajectories.Int32("cell", row), trajectories.Int64("replicate", row))))
        {
            foreach (double threshold in (double[])[0.3, 0.5])
            {
                bool has = false;
                foreach (int row in path)
                {
                    has |= trajectories.Double("p", row) >= threshold;
                    (int, double, int) key = (path.Key.Cell, threshold, trajectories.Int32("iteration", row));
                    reached[key] = reached.GetValueOrDefault(key) + (has ? 1 : 0);
                }
            }
        }

        for (int row = 0; row < passages.Rows; row++)
        {
            int cell = passages.Int32("cell", row);
            double share = reached[(cell, passages.Double("threshold", row), passages.Int32("iteration", row))] / 500.0;
            Assert.Equal(share, passages.Double("reached", row), 1e-15);
            Assert.Equal(Math.Sqrt(share * (1 - share) / 499), passages.Double("reached_se", row), 1e-12);
            Assert.Equal(cell > 1, passages.IsNull("reached_law", row));
            if (cell <= 1)
            {
                double law = passages.Double("reached_law", row);
                Assert.InRange(share, law - (5 * Math.Sqrt(law * (1 - law) / 500)) - passages.Double("law_error", row) - 1e-9, law + (5 * Math.Sqrt(law * (1 - law) / 500)) + passages.Double("law_error", row) + 1e-9);
            }
        }

        DatasetTable basins = results.Read("basins.parquet");
        Assert.Equal([0, 1, 2], Enumerable.Range(0, basins.Rows).Select(row => basins.Int32("cell", row)));
        _workspace.Run("verify", "out").Expect(0);

        // Without them the files of the earlier run go.
        JsonNode without = JsonNode.Parse(Mixed)!;
        without["record"] = new JsonObject { ["trajectories"] = true };
        _workspace.RunExperiment(without.ToJsonString(), "out");
        Assert.DoesNotContain(PassageFiles, file => File.Exists(results.PathOf(file)));
    }

    [Fact]
    public void A_fresh_run_leaves_none_of_them_while_it_is_under_way()
    {
        Results results = _workspace.RunExperiment(Mixed, "out");
        Assert.All(PassageFiles, file => Assert.True(File.Exists(results.PathOf(file)), file));
        using Grpomc process = Grpomc.Start(
            _workspace.Folder, ["run", "experiment.json", "--out", "out", "--fresh", "--workers", "1", "--set", "replicates=50000000"]);
        process.WaitUntil(() => !File.Exists(results.PathOf("manifest.json")), "manifest.json");
        process.WaitUntil(() => !PassageFiles.Any(file => File.Exists(results.PathOf(file))), "passages");
        process.Kill();
        process.Wait();
    }

    [Theory]
    [InlineData(Mixed, "[0.15, 0.3, 0.7]", 1)]
    [InlineData(Two, "[0.8]", 4)]
    public void Times_are_those_of_the_trajectories(string experiment, string thresholds, int regions)
    {
        JsonNode node = JsonNode.Parse(experiment)!;
        node["record"]!["passages"] = JsonNode.Parse(thresholds);
        Results results = _workspace.RunExperiment(node.ToJsonString(), "out");
        DatasetTable trajectories = results.Read("trajectories.parquet");
        DatasetTable times = results.Read("passage_times.parquet");
        int last = (int)node["iterations"]!;
        int[][] paths = [.. Enumerable.Range(0, trajectories.Rows).GroupBy(row => (trajectories.Int32("cell", row), trajectories.Int64("replicate", row))).Select(path => path.ToArray())];
        var kinds = new HashSet<(string, bool All, bool Median)>();
        for (int row = 0; row < times.Rows; row++)
        {
            // The highest basin has no end, though p may round to 1.
            (double low, double high) = (times.Double("p_low", row), times.Double("p_high", row) is var end && end == 1 ? 2 : end);
            int[] exits = [.. paths
                .Where(path => trajectories.Int32("cell", path[0]) == times.Int32("cell", row))
                .Select(path => path.TakeWhile(at => trajectories.Double("p", at) >= low && trajectories.Double("p", at) < high).Count())
                .Order()];
            int left = exits.Count(n => n <= last);
            double mean = exits.Average(n => Math.Min(n, last));
            double sd = Math.Sqrt(exits.Sum(n => Math.Pow(Math.Min(n, last) - mean, 2)) / (exits.Length - 1));
            double share = (double)left / exits.Length;
            Assert.Equal(exits.Length, times.Int64("replicates", row));
            Assert.Equal(share, times.Double("left", row), 1e-15);
            Assert.Equal(Math.Sqrt(share * (1 - share) / (exits.Length - 1)), times.Double("left_se", row), 1e-12);
            Assert.Equal(mean, times.Double("time_restricted_mean", row), 1e-12);
            Assert.Equal(sd / Math.Sqrt(exits.Length), times.Double("time_restricted_mean_se", row), 1e-12);
            Assert.Equal(left < exits.Length, times.IsNull("time_mean", row));
            Assert.True(left < exits.Length || times.Double("time_mean", row) == times.Double("time_restricted_mean", row));
            foreach ((string column, int percent) in new[] { ("time_q05", 5), ("time_q50", 50), ("time_q95", 95) })
            {
                int quantile = exits[(((percent * exits.Length) + 99) / 100) - 1];
                Assert.Equal(quantile > last, times.IsNull(column, row));
                Assert.True(quantile > last || quantile == times.Int32(column, row), $"{column} {quantile}");
            }

            AssertLaw(times, row, last);
            kinds.Add((times.Text("region", row), left == exits.Length, times.IsNull("time_q50", row)));
        }

        // Some that all leave, some that few do, some left from the start; and basins only where there are several.
        Assert.True(kinds.Count >= (regions == 1 ? 2 : 3), string.Join(", ", kinds));
        Assert.Equal(regions == 1 ? 0 : regions / 2, Enumerable.Range(0, times.Rows).Count(row => times.Text("region", row) == "basin"));
    }

    [Fact]
    public void Escapes_take_as_long_as_the_readme_and_the_law_say()
    {
        string escape = File.ReadAllText(Repository.PathOf("experiments/escape.json"));
        DatasetTable times = _workspace.RunExperiment(escape, "long", ["--set", "iterations=1000", "--set", "grid.groups=2"]).Read("passage_times.parquet");
        int row = Enumerable.Range(0, times.Rows).Single(row => times.Text("region", row) == "basin");
        Assert.Equal(1, times.Double("left", row));
        AssertLaw(times, row, 1000);
        (double mean, double error, double law) = (times.Double("time_mean", row), times.Double("time_restricted_mean_se", row), times.Double("time_mean_law", row));
        Assert.InRange(Math.Abs(mean - law), 0, (5 * error) + times.Double("time_mean_law_error", row));
        Assert.InRange(times.Double("time_mean_law_error", row), 0, 0.01 * law);
        Assert.Contains(
            FormattableString.Invariant($"takes {law:F1} iterations by the law, and {mean:F1} (standard error {error:F1}) as measured"),
            File.ReadAllText(Repository.PathOf("experiments/README.md")),
            StringComparison.Ordinal);

        // The law of a run of 40 iterations has the same mean.
        DatasetTable shorter = _workspace.RunExperiment(escape, "short", ["--set", "grid.groups=2", "--set", "replicates=100"]).Read("passage_times.parquet");
        Assert.True(shorter.IsNull("time_mean", row));
        Assert.Equal(law, shorter.Double("time_mean_law", row), 1e-3);
        Assert.Equal(times.Int32("time_q95_law", row), shorter.Int32("time_q95_law", row));
    }

    [Fact]
    public void The_report_has_a_table_of_them()
    {
        Results results = _workspace.RunExperiment(Two, "out");
        _workspace.Run("report", "out").Expect(0);
        DatasetTable times = results.Read("passage_times.parquet");
        string[][] lines = [.. File.ReadAllLines(results.PathOf("tables/passage-times.csv")).Select(line => line.Split(','))];
        Assert.Equal(times.Rows, lines.Length - 1);
        for (int row = 0; row < times.Rows; row++)
        {
            foreach (string column in new[] { "p_high", "left", "left_law", "time_restricted_mean", "time_mean_law" })
            {
                string said = lines[row + 1][Array.IndexOf(lines[0], column)];
                Assert.Equal(times.IsNull(column, row), said.Length == 0);
                Assert.True(said.Length == 0 || double.Parse(said, CultureInfo.InvariantCulture) == times.Double(column, row), said);
            }
        }

        Assert.Contains("<code>tables/passage-times.csv</code>", File.ReadAllText(results.PathOf("report.html")), StringComparison.Ordinal);
        Assert.Contains("basin & 0 & 0.878131", File.ReadAllText(results.PathOf("tables/passage-times.tex")), StringComparison.Ordinal);
    }

    [Fact]
    public void Escapes_happen_as_often_as_the_law_says()
    {
        Results results = _workspace.RunExperiment(File.ReadAllText(Repository.PathOf("experiments/escape.json")), "escape");
        foreach ((string file, string share) in new[] { ("passages.parquet", "reached"), ("basins.parquet", "share") })
        {
            DatasetTable table = results.Read(file);
            int compared = 0;
            for (int row = 0; row < table.Rows; row++)
            {
                (double measured, double law, double error) = (table.Double(share, row), table.Double($"{share}_law", row), table.Double("law_error", row));
                Assert.InRange(error, 0, 0.005);
                if (4000 * law * (1 - law) > 10)
                {
                    Assert.InRange((Math.Abs(measured - law) - error) / Math.Sqrt(law * (1 - law) / 4000), -1000, 5);
                    compared++;
                }
            }

            Assert.InRange(compared, file == "basins.parquet" ? 4 : 100, int.MaxValue);
        }

        DatasetTable basins = results.Read("basins.parquet");
        Assert.Equal(8, basins.Rows);
        for (int row = 0; row < 8; row += 2)
        {
            Assert.Equal(basins.Double("p_high", row), basins.Double("p_low", row + 1));
            Assert.Equal(1, basins.Double("share", row) + basins.Double("share", row + 1), 1e-15);
            Assert.Equal(1, basins.Double("share_law", row) + basins.Double("share_law", row + 1), 1e-12);
        }
    }

    // The law's columns are all there or none, agree with each other, and with what was measured within 5 sigma and what the law's grid leaves.
    private static void AssertLaw(DatasetTable times, int row, int last)
    {
        string[] always = ["left_law", "left_law_error", "time_restricted_mean_law", "time_restricted_mean_law_error"];
        if (times.IsNull("left_law", row))
        {
            Assert.All([.. always, "time_mean_law", "time_mean_law_error", "time_q05_law", "time_q50_law", "time_q95_law"], column => Assert.True(times.IsNull(column, row)));
            return;
        }

        double replicates = times.Int64("replicates", row);
        double left = times.Double("left_law", row);
        double leftSlack = (5 * Math.Sqrt(left * (1 - left) / replicates)) + times.Double("left_law_error", row) + 1e-9;
        Assert.InRange(times.Double("left", row), left - leftSlack, left + leftSlack);
        double restricted = times.Double("time_restricted_mean_law", row);
        double slack = (5 * Math.Max(times.Double("time_restricted_mean_se", row), 1 / replicates)) + times.Double("time_restricted_mean_law_error", row);
        Assert.InRange(times.Double("time_restricted_mean", row), restricted - slack, restricted + slack);
        if (!times.IsNull("time_mean_law", row))
        {
            Assert.InRange(times.Double("time_mean_law", row), restricted - 1e-12, double.MaxValue);
        }

        foreach ((string column, double u) in new[] { ("time_q05_law", 0.05), ("time_q50_law", 0.5), ("time_q95_law", 0.95) })
        {
            Assert.Equal(left >= u, !times.IsNull(column, row) && times.Int32(column, row) <= last);
        }
    }

    [Theory]
    [InlineData("""{ "passages": [0.5] }""", "$.record.passages: needs \"trajectories\": true")]
    [InlineData("""{ "trajectories": true, "passages": [0.5, 0.5] }""", "$.record.passages[1]: must be above")]
    [InlineData("""{ "trajectories": true, "passages": 1 }""", "$.record.passages: must lie strictly between")]
    public void Thresholds_that_make_no_sense_are_refused(string record, string said)
    {
        JsonNode experiment = JsonNode.Parse(Mixed)!;
        experiment["record"] = JsonNode.Parse(record);
        _workspace.Write("bad.json", experiment.ToJsonString());
        Answer answer = _workspace.Run("run", "bad.json", "--out", "bad").Expect(2);
        Assert.Contains(said, answer.Errors, StringComparison.Ordinal);
    }
}
