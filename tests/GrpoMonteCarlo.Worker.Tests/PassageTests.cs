using System.Text.Json.Nodes;

namespace GrpoMonteCarlo.Worker.Tests;

/// <summary>passages.parquet and basins.parquet: what was measured against the trajectories, and the law against what was measured.</summary>
public sealed class PassageTests : IDisposable
{
    private const string Mixed = """
        {
          "name": "passages", "seed": 6, "iterations": 6, "replicates": 500, "record": { "trajectories": true, "passages": [0.3, 0.5] },
          "grid": [
            { "pRef": 0.2, "beta": 1, "groupSize": 8, "groups": [1, 16] },
            { "pRef": 0.2, "beta": 1, "groupSize": 8, "groups": 16, "lag": 1 },
            { "prompts": { "pRef": [0.2, 0.4] }, "beta": 1, "groupSize": 8, "groups": 16 }
          ]
        }
        """;

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
        Assert.False(File.Exists(results.PathOf("passages.parquet")) || File.Exists(results.PathOf("basins.parquet")));
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
